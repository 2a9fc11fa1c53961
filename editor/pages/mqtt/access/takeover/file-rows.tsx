import { type DragEvent, useRef, useState } from 'react'
import { useText } from '../../../../i18n/use-text.ts'
import { Button, IconButton } from '../../../../ui/button.tsx'
import { FormError } from '../../../../ui/form-error.tsx'
import { Icon } from '../../../../ui/icon.tsx'
import { type FileKind, fileKinds, kindOfFile } from './sort-files.ts'
import styles from './takeover.module.css'
import { takeoverTexts } from './texts.ts'

export interface ChosenFile {
  readonly name: string
  readonly text: string
}
export type ChosenFiles = Readonly<Partial<Record<FileKind, ChosenFile>>>

/** What the server takes of one file. */
const MAX_BYTES = 1024 * 1024

interface FileRowsProps {
  readonly files: ChosenFiles
  readonly onChange: (files: ChosenFiles) => void
}

/** The three files of a Mosquitto, chosen one by one, or dropped together and told apart. */
export function FileRows({ files, onChange }: FileRowsProps) {
  const t = useText(takeoverTexts)
  const [tooLarge, setTooLarge] = useState<string>()
  const [isOver, setOver] = useState(false)
  const add = async (added: readonly File[], kind?: FileKind) => {
    const large = added.find(({ size }) => size > MAX_BYTES)
    setTooLarge(large?.name)
    if (large) return
    const read = await Promise.all(
      added.map(async (file) => {
        const text = await file.text()
        return [kind ?? kindOfFile(file.name, text), { name: file.name, text }] as const
      }),
    )
    onChange({ ...files, ...Object.fromEntries(read) })
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void add([...event.dataTransfer.files])
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: to drop files is a short cut for the buttons within */}
      <div
        className={styles.files}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {fileKinds.map((kind) => (
          <FileRow
            key={kind}
            kind={kind}
            file={files[kind]}
            onAdd={(added) => void add(added, kind)}
            onRemove={() => onChange({ ...files, [kind]: undefined })}
          />
        ))}
        <p className={styles.dropHint}>{t('dropHint')}</p>
      </div>
      {tooLarge !== undefined && <FormError text={t('tooLarge', { name: tooLarge })} />}
    </>
  )
}

interface FileRowProps {
  readonly kind: FileKind
  readonly file: ChosenFile | undefined
  readonly onAdd: (files: readonly File[]) => void
  readonly onRemove: () => void
}

function FileRow({ kind, file, onAdd, onRemove }: FileRowProps) {
  const t = useText(takeoverTexts)
  const input = useRef<HTMLInputElement>(null)
  const title = t(kind)
  return (
    <div className={styles.file} data-chosen={file !== undefined || undefined}>
      <Icon name={file ? 'circle-check' : 'file-up'} size={18} />
      <div className={styles.fileText}>
        <strong>{title}</strong>
        <span>{file ? file.name : t(`${kind}About`)}</span>
      </div>
      {file ? (
        <IconButton icon="x" label={t('removeFile', { file: title })} onClick={onRemove} />
      ) : (
        <Button aria-label={t('chooseFile', { file: title })} onClick={() => input.current?.click()}>
          {t('choose')}
        </Button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        aria-label={title}
        onChange={(event) => {
          onAdd([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </div>
  )
}
