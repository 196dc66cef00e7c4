/** Building the page. What comes from outside goes in as text or as an attribute's value, never as markup. */

/** An element: attributes (functions become listeners, null and false are left out), then children; strings become text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** The page's own element of this id, from index.html. */
export function part(id) {
  return document.getElementById(id);
}

/** Show a message in an element that is hidden while there is none. */
export function say(place, message) {
  place.textContent = message ?? "";
  place.hidden = !message;
}

/** Make an element's children these nodes, leaving alone those that are already in place, so that focus stays. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}
