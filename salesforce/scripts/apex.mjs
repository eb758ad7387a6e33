/** Parses Apex, with the SOQL inside it; nothing offline compiles it. */
import { ApexErrorListener, ApexParserFactory } from "@apexdevtools/apex-parser";
import { filesIn } from "./files.mjs";

class Listener extends ApexErrorListener {
    problems = [];

    apexSyntaxError(line, column, message) {
        this.problems.push(`line ${line}, column ${column}: ${message}`);
    }
}

/** Give what cannot be parsed in the classes and triggers below a folder, one line each. */
export function apexProblems(root) {
    const classes = filesIn(root, ".cls").map((file) => [file, "compilationUnit"]);
    const triggers = filesIn(root, ".trigger").map((file) => [file, "triggerUnit"]);
    return [...classes, ...triggers].flatMap(([{ name, text }, rule]) =>
        parsed(text, rule).map((problem) => `${name}: ${problem}`)
    );
}

function parsed(text, rule) {
    const listener = new Listener();
    ApexParserFactory.createLexerAndParser(text, listener).parser[rule]();
    return listener.problems;
}
