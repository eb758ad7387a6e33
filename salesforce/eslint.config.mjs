import lwc from "@salesforce/eslint-config-lwc/index.js";

const COMPONENTS = ["**/lwc/**/*.js"];
const TEST_GLOBALS = ["afterEach", "describe", "document", "expect", "it", "jest"];

export default [
    ...lwc.configs.recommended.map((one) => ({ ...one, files: COMPONENTS })),
    { files: COMPONENTS, linterOptions: { reportUnusedDisableDirectives: "error" } },
    {
        files: ["**/lwc/**/__tests__/*.js"],
        languageOptions: { globals: Object.fromEntries(TEST_GLOBALS.map((name) => [name, "readonly"])) }
    }
];
