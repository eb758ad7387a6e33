/** Holds each metadata file against what its type may say. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { filesIn } from "./files.mjs";
import { ENUMERATIONS, fieldsOf } from "./types.mjs";

const NAMESPACE = "http://soap.sforce.com/2006/04/metadata";
const SCALARS = ["string", "boolean", "number", "any"];
const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    ignoreDeclaration: true,
    parseTagValue: false,
    trimValues: false
});

/** Give what is wrong in the metadata files below a folder, one line each. */
export function metadataProblems(root) {
    return filesIn(root, "-meta.xml").flatMap(({ name, text }) =>
        problemsOf(text).map((problem) => `${name}: ${problem}`)
    );
}

function problemsOf(text) {
    const valid = XMLValidator.validate(text);
    if (valid !== true) {
        return [`line ${valid.err.line}: ${valid.err.msg}`];
    }
    const [root] = parser.parse(text);
    const type = tagOf(root);
    if (root[":@"]?.["@_xmlns"] !== NAMESPACE) {
        return [`its namespace must be ${NAMESPACE}`];
    }
    return elementProblems(type, type, childrenOf(root));
}

function elementProblems(type, path, children) {
    const fields = fieldsOf(type);
    if (!fields) {
        return [`${type} is no metadata type`];
    }
    const given = children.map(tagOf);
    const missing = Object.entries(fields)
        .filter(([name, kind]) => SCALARS.includes(kind) && !given.includes(name))
        .map(([name]) => `${path} lacks ${name}`);
    const doubled = [...new Set(given)]
        .filter((name) => !Array.isArray(fields[name]) && given.filter((one) => one === name).length > 1)
        .map((name) => `${path}.${name} is written twice`);
    return [...missing, ...doubled, ...children.flatMap((child) => childProblems(type, path, fields, child))];
}

function childProblems(type, path, fields, child) {
    const name = tagOf(child);
    const here = `${path}.${name}`;
    if (!(name in fields)) {
        return [`${here} is no element of ${type}`];
    }
    const kind = String(Array.isArray(fields[name]) ? fields[name][0] : fields[name]).replace(/^\?/, "");
    if (kind === "any") {
        return [];
    }
    if (!SCALARS.includes(kind)) {
        return fieldsOf(kind) ? elementProblems(kind, here, childrenOf(child)) : [];
    }
    return valueProblems(kind, ENUMERATIONS[`${type}.${name}`], here, child);
}

function valueProblems(kind, allowed, here, child) {
    if (childrenOf(child).length > 0) {
        return [`${here} must be a ${kind}, it holds elements`];
    }
    const value = textOf(child);
    if (kind === "boolean" && !["true", "false"].includes(value)) {
        return [`${here} must be true or false, not "${value}"`];
    }
    if (kind === "number" && !/^-?\d+(\.\d+)?$/.test(value)) {
        return [`${here} must be a number, not "${value}"`];
    }
    if (allowed && !allowed.includes(value)) {
        return [`${here} may not be "${value}"; one of: ${allowed.join(", ")}`];
    }
    return [];
}

function tagOf(node) {
    return Object.keys(node).find((key) => key !== ":@");
}

function childrenOf(node) {
    return node[tagOf(node)].filter((child) => !["#text", "#comment"].includes(tagOf(child)));
}

function textOf(node) {
    return node[tagOf(node)].map((part) => part["#text"] ?? "").join("");
}
