/** Converts the source as a deployment does, with Salesforce's own library, every placeholder filled in. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComponentSet, MetadataConverter } from "@salesforce/source-deploy-retrieve";
import { filesIn } from "./files.mjs";

const PLACEHOLDER = /@[A-Z][A-Z_]+@/;

/** Give what a deployment would trip over below a project folder, one line each. */
export async function conversionProblems(project) {
    const { packageDirectories, replacements = [] } = JSON.parse(
        readFileSync(join(project, "sfdx-project.json"), "utf8")
    );
    process.env.SF_APPLY_REPLACEMENTS_ON_CONVERT = "true";
    for (const { replaceWithEnv } of replacements) {
        process.env[replaceWithEnv] = `value-of-${replaceWithEnv.toLowerCase()}`;
    }
    const output = mkdtempSync(join(tmpdir(), "org-package-"));
    const folders = packageDirectories.map(({ path }) => join(project, path));
    try {
        const components = ComponentSet.fromSource(folders);
        components.projectDirectory = project;
        const options = { type: "directory", outputDirectory: output, genUniqueDir: false };
        const { converted } = await new MetadataConverter().convert(components, "metadata", options);
        return [...unfilled(output), ...emptiness(converted)];
    } catch (error) {
        return [`conversion: ${error.message}`];
    } finally {
        rmSync(output, { recursive: true });
    }
}

/** Placeholders that no replacement reached: a name that is not in the project file, or a path it leaves out. */
function unfilled(folder) {
    return filesIn(folder, "")
        .filter(({ text }) => PLACEHOLDER.test(text))
        .map(({ name, text }) => `${name}: ${PLACEHOLDER.exec(text)[0]} is filled in by no replacement`);
}

function emptiness(converted) {
    return converted.length > 0 ? [] : ["conversion: nothing to deploy was found"];
}
