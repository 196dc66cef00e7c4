/** The endpoint's own document as a file: a plain link would not carry the key. */

import { html, useState } from "../html.js";
import { save } from "../saving.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";

export function DocumentDownload({ endpoint }) {
  const { api } = useWorkspace();
  const [problem, complain] = useState(null);
  const click = async () => {
    const text = api.text(`/v1/endpoints/${encodeURIComponent(endpoint.id)}/openapi.json`);
    complain(await text.then((json) => save(`${endpoint.name}.openapi.json`, new Blob([json], { type: "application/json" })), (failure) => failure));
  };
  return html`<${Button} onClick=${click}>Download openapi.json<//>: the same for programs<${Problem} problem=${problem} />`;
}
