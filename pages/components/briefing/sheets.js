// The sheets on the page: a click on a sentence opens it for writing, where it stands.
// Everything from data is escaped by the program; what is written goes back as plain text.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const sheets = parentElement.querySelector(".page-sheets");
  if (sheets.dataset.made !== data.made) {
    sheets.innerHTML = data.sheets;
    sheets.dataset.made = data.made;
    sheets.classList.toggle("writable", data.writable);
  }

  function close() {
    const open = sheets.querySelector(".writing");
    if (!open) return;
    open.nextElementSibling.hidden = false;
    open.remove();
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  function send(sentence, text) {
    close();
    setTriggerValue("written", { key: sentence.dataset.sentence, text });
  }

  function write(sentence) {
    close();
    const form = document.createElement("div");
    form.className = "writing";
    const field = document.createElement("textarea");
    field.value = sentence.dataset.text;
    field.setAttribute("aria-label", "修改这句话");
    field.maxLength = 600;
    form.append(field, button("保存", () => send(sentence, field.value)), button("取消", close));
    if (sentence.dataset.original)
      form.append(button("恢复原句", () => send(sentence, sentence.dataset.original)));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(sentence, field.value);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    sentence.before(form);
    sentence.hidden = true;
    field.style.height = `${field.scrollHeight + 4}px`;
    field.focus();
  }

  function onClick(event) {
    const sentence = data.writable && event.target.closest("[data-sentence]");
    if (sentence) write(sentence);
  }

  sheets.addEventListener("click", onClick);
  return () => sheets.removeEventListener("click", onClick);
}
