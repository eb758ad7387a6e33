/**
 * Checks a project folder (this one, or the one named) as far as that is possible without an org.
 *
 * One line a problem on standard output; ends with 1 when there is any.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { apexProblems } from "./apex.mjs";
import { componentProblems } from "./components.mjs";
import { conversionProblems } from "./conversion.mjs";
import { metadataProblems } from "./metadata.mjs";

const project = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
const problems = [
    ...metadataProblems(project),
    ...apexProblems(project),
    ...(await componentProblems(project)),
    ...(await conversionProblems(project))
];
problems.forEach((problem) => console.log(problem));
process.exit(problems.length > 0 ? 1 : 0);
