/* Making elements; texts are always texts. Styles go through the style object, which the content policy allows. */

export const byId = (id) => document.getElementById(id);

export function el(tag, { style = {}, on = {}, data = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  Object.assign(element.dataset, data);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const option = (value, text, selected = false) => {
  const made = el("option", { value }, text);
  made.selected = selected;
  return made;
};

/** Close buttons close their dialog, and a click beside a dialog closes it. */
export function closable(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}
