import { defineTexts } from '../i18n/define-texts.ts'

export const flowActionTexts = defineTexts({
  en: {
    undo: 'Undo',
    redo: 'Redo',
    stop: 'Stop the flow',
    palette: 'Show or hide the nodes',
    drawer: 'Show or hide the debug panel',
    problems: 'Show the problems',
    list: 'Show the flow as a list or as a drawing',
    showList: 'Show as a list',
    showCanvas: 'Show the drawing',
    done: 'Done: {step}',
    undone: 'Undone: {step}',
    nextPane: 'Go to the next part of the page',
    previousPane: 'Go to the part before',
  },
  de: {
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    stop: 'Flow anhalten',
    palette: 'Knoten ein- oder ausblenden',
    drawer: 'Debug-Bereich ein- oder ausblenden',
    problems: 'Probleme zeigen',
    list: 'Flow als Liste oder als Zeichnung zeigen',
    showList: 'Als Liste zeigen',
    showCanvas: 'Zeichnung zeigen',
    done: 'Ausgeführt: {step}',
    undone: 'Rückgängig gemacht: {step}',
    nextPane: 'Zum nächsten Teil der Seite',
    previousPane: 'Zum vorigen Teil der Seite',
  },
})
