import { createElement, Fragment, type ReactNode } from 'react'
import styles from './markdown.module.css'
import { type Block, type Inline, parseMarkdown } from './markdown.ts'

interface MarkdownViewProps {
  readonly source: string
  /** Something under a fenced block, for instance a button that uses it. */
  readonly afterCode?: (code: { readonly language: string; readonly text: string }) => ReactNode
}

/** Draws Markdown. Headings start below the page's own. */
export const MarkdownView = ({ source, afterCode }: MarkdownViewProps) => (
  <div className={styles.markdown}>
    {parseMarkdown(source).map((block, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes in place
      <Fragment key={index}>{drawBlock(block, afterCode)}</Fragment>
    ))}
  </div>
)

function drawBlock(block: Block, afterCode: MarkdownViewProps['afterCode']): ReactNode {
  switch (block.kind) {
    case 'heading':
      return createElement(`h${Math.min(block.level + 2, 6)}`, {}, ...drawInline(block.text))
    case 'paragraph':
      return createElement('p', {}, ...drawInline(block.text))
    case 'list':
      return createElement(
        block.isOrdered ? 'ol' : 'ul',
        {},
        ...block.items.map((item) => createElement('li', {}, ...drawInline(item))),
      )
    case 'table':
      return (
        <div className={styles.scroll}>
          <table>
            <thead>
              {createElement(
                'tr',
                {},
                ...block.head.map((cell) => createElement('th', {}, ...drawInline(cell))),
              )}
            </thead>
            {createElement(
              'tbody',
              {},
              ...block.rows.map((row) =>
                createElement('tr', {}, ...row.map((cell) => createElement('td', {}, ...drawInline(cell)))),
              ),
            )}
          </table>
        </div>
      )
    case 'code':
      return (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long block must be scrolled by keyboard, too */}
          <pre tabIndex={0}>
            <code>{block.text}</code>
          </pre>
          {afterCode?.(block)}
        </>
      )
  }
}

const drawInline = (parts: readonly Inline[]): readonly ReactNode[] => parts.map(drawPart)

function drawPart(part: Inline): ReactNode {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'strong':
      return createElement('strong', {}, part.text)
    case 'emphasis':
      return createElement('em', {}, part.text)
    case 'code':
      return createElement('code', {}, part.text)
    case 'link':
      return createElement('a', { href: part.href, target: '_blank', rel: 'noreferrer' }, part.text)
  }
}
