/** Hands a file to the person. */
export function download(name: string, text: string, type = 'application/json'): void {
  const link = window.document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
