import lwc from "@salesforce/eslint-config-lwc/index.js";

export default [
    { files: ["force-app/**/lwc/**/*.js"], linterOptions: { reportUnusedDisableDirectives: "error" } },
    ...lwc.configs.recommended.map((one) => ({ ...one, files: ["force-app/**/lwc/**/*.js"] })),
    {
        files: ["force-app/**/__tests__/**/*.js"],
        languageOptions: {
            globals: { ...Object.fromEntries(["describe", "it", "expect", "jest", "beforeEach", "afterEach", "document", "require", "process", "setTimeout"].map((name) => [name, "readonly"])) }
        }
    }
];
