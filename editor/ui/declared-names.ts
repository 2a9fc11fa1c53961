/** What a text declares on its first level: by its lines, for it is being typed and may not be whole. */
export const declaredNames = (source: string): readonly string[] => [
  ...new Set(Array.from(source.matchAll(declaration), ([, name = '']) => name)),
]

const declaration = /^(?:const|let|var|class|(?:async )?function\*?)\s+([A-Za-z_$][\w$]*)/gm
