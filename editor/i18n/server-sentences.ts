/** German for what the server says, by its code. A code that is not here is shown in the server's own words. */
export const germanSentences: Readonly<Record<string, string>> = {
  SERVER_AWAY:
    'Der Server ist nicht erreichbar. Prüfen Sie, ob er läuft und ob dieses Gerät in seinem Netz ist.',
  ANSWER_UNKNOWN: 'Der Server hat unerwartet geantwortet. Versuchen Sie es gleich noch einmal.',
  FILE_TOO_LARGE: 'Die Datei ist zu groß. Teilen Sie sie in mehrere Dateien auf.',
  FILE_NOT_JSON:
    'Die Datei ist kein JSON. Exportieren Sie sie neu oder reparieren Sie sie in einem Texteditor.',
  FILE_FORMAT: 'Das ist keine Flow-Datei: Das Feld „format“ sollte „wirehouse/flow@1“ lauten.',
  FILE_SHAPE: 'In der Datei fehlt die Liste „flows“.',
  FILE_TOO_DEEP: 'Die Datei ist tiefer verschachtelt, als ein Flow es je braucht.',
}
