import { html } from "../vendor/preact.js";
export const Markup = ({ text }) => html`<div class="text"><p dir="auto">${text}</p></div>`;
