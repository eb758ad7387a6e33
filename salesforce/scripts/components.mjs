/** Lints the Lightning components with Salesforce's rules. */
import { ESLint } from "eslint";
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../eslint.config.mjs", import.meta.url));

/** Give what the rules find in the components below a project folder, one line each. */
export async function componentProblems(project) {
    const linter = new ESLint({ cwd: project, overrideConfigFile: CONFIG, errorOnUnmatchedPattern: false });
    const results = await linter.lintFiles(["**/lwc/**/*.js"]);
    if (results.length === 0) {
        return ["components: none was found"];
    }
    return results.flatMap(({ filePath, messages }) =>
        messages.map(({ line, message, ruleId }) => `${filePath}: line ${line}: ${message} (${ruleId})`)
    );
}
