/** Finds and reads the files of the package. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Give every file below a folder that ends so, in a stable order, as {name, path, text}. */
export function filesIn(root, ending) {
    return readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !path.includes(`${sep}node_modules${sep}`))
        .sort()
        .map((path) => ({
            name: relative(root, path).split(sep).join("/"),
            path,
            text: readFileSync(path, "utf8")
        }));
}
