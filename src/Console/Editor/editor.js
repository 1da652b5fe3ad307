// Puts CodeMirror in the place of each textarea[data-editor], which stays what the form sends. The faults come from the
// service, which checks what is typed as storing it would; they are listed below the editor too.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, linter } from '@codemirror/lint';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, StateEffect } from '@codemirror/state';
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';

const nonce = document.querySelector('script[nonce]').nonce;
const recheck = StateEffect.define();
const asksAgain = ({ transactions }) => transactions.some(({ effects }) => effects.some(each => each.is(recheck)));

// Chromium would join the lines of a selection that is typed over, and style them inline, which the policy of the page
// forbids. A selection that the browser has just made may not be the editor's yet.
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.isComposing)
      return false;
    let { from, to } = view.state.selection.main;
    const [range] = event.getTargetRanges();
    if (from === to && range) {
      from = view.posAtDOM(range.startContainer, range.startOffset);
      to = view.posAtDOM(range.endContainer, range.endOffset);
    }
    if (from === to)
      return false;
    const insert = event.data ?? '';
    const selection = { anchor: from + insert.length };
    view.dispatch({ changes: { from, to, insert }, selection, userEvent: 'input.type', scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

for (const textarea of document.querySelectorAll('textarea[data-editor]')) {
  const { form } = textarea;
  const list = document.getElementById(`${textarea.id}-faults`);
  const label = document.getElementById(`${textarea.id}-label`);

  const check = async (view) => {
    const text = textarea.value = view.state.doc.toString();
    const { token, body } = form.elements;
    const answer = await fetch(textarea.dataset.check, {
      method: 'POST',
      body: new URLSearchParams({ token: token.value, body: body.value, config: text }),
    }).catch(() => null);
    // What keeps it from being checked (no session, no network) is said when it is stored. The faults that are listed
    // are of an earlier text.
    const { faults } = answer?.ok ? await answer.json() : { faults: [] };
    if (view.state.doc.toString() === text)
      list.replaceChildren(...faults.map(({ line, column, message }) => {
        const item = document.createElement('li');
        item.textContent = `Line ${line}, column ${column}: ${message}`;
        return item;
      }));
    return faults.map(({ from, to, message }) => ({ from, to, message, severity: 'error' }));
  };

  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      EditorView.cspNonce.of(nonce),
      EditorView.editorAttributes.of({ class: 'editor' }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-labelledby': label.id,
        'aria-describedby': textarea.getAttribute('aria-describedby'),
        autocapitalize: 'off',
        spellcheck: 'false',
        tabindex: '0',
      }),
      EditorState.tabSize.of(2),
      lineNumbers(),
      lintGutter(),
      highlightSpecialChars(),
      history(),
      typeOver,
      json(),
      syntaxHighlighting(classHighlighter),
      indentOnInput(),
      bracketMatching(),
      search({ top: true }),
      linter(check, { delay: 400, needsRefresh: asksAgain }),
      // Tab is not bound: it leaves the editor, as it leaves every field.
      keymap.of([...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap]),
    ],
  });
  textarea.before(view.dom);
  textarea.hidden = true;
  label.addEventListener('click', () => view.focus());
  for (const hint of form.querySelectorAll('.keys'))
    hint.hidden = false;

  form.addEventListener('submit', () => { textarea.value = view.state.doc.toString(); });
  form.elements.body.addEventListener('change', () => view.dispatch({ effects: recheck.of(null) }));
  // A browser that goes back fills the textarea in after this script has run.
  window.addEventListener('pageshow', () => {
    if (textarea.value !== view.state.doc.toString())
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: textarea.value } });
  });
}
