import { createElement } from "lwc";
import axe from "axe-core";

export const NOW = new Date("2026-03-13T11:00:00Z");

/** Give a request as the controller gives it. */
export function aRequest(changes = {}) {
    return {
        id: "c_4k2m7q3x5z6a7b2c3d4e",
        title: "Remplacement des menuiseries",
        reference: "DP 092040 26 00031",
        phase: "in_progress",
        outcome: null,
        waitingFor: "town",
        tacit: false,
        text: null,
        since: "2026-03-12",
        serviceWord: "en cours d’instruction",
        note: null,
        items: [],
        dueOn: null,
        service: "Urbanisme",
        phone: null,
        email: null,
        observedAt: "2026-03-13T04:10:00+00:00",
        sourceState: "ok",
        stoppedAt: null,
        ...changes
    };
}

/** Let promises settle and the page draw itself. */
export async function settled() {
    for (let turn = 0; turn < 8; turn += 1) {
        // eslint-disable-next-line no-await-in-loop -- one turn of the loop a time, on purpose
        await Promise.resolve();
    }
}

/** Put a component on the page. */
export async function shown(tag, is, properties = {}) {
    const element = createElement(tag, { is });
    Object.assign(element, properties);
    document.body.appendChild(element);
    await settled();
    return element;
}

/** Give everything a component and its children say, as one line. */
export function textOf(element) {
    const parts = [];
    for (const node of element.shadowRoot.querySelectorAll("*")) {
        if (node.shadowRoot) {
            parts.push(textOf(node));
        } else if (node.children.length === 0) {
            parts.push(node.textContent);
        }
    }
    return parts.join(" ").replace(/[\s\u00a0]+/g, " ");
}

/** Give what axe finds wrong, as rule names; contrast needs a real browser. */
export async function faultsOf(element) {
    const found = await axe.run(element, {
        resultTypes: ["violations"],
        rules: { "color-contrast": { enabled: false }, region: { enabled: false } }
    });
    return found.violations.map((violation) => violation.id);
}

/** Empty the page. */
export function clear() {
    while (document.body.firstChild) {
        document.body.firstChild.remove();
    }
    jest.clearAllMocks();
}
