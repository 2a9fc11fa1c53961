import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './flow.module.css'
import { useDocument, useFlow } from './flow-context.ts'
import { flowTexts } from './texts.ts'
import { ViewButton } from './view-button.tsx'

/** The line under the canvas: says how many problems there are, and opens what is below. */
export function DrawerLine() {
  const t = useText(flowTexts)
  const { document, problems, panels, shown } = useFlow()
  const { hasPalette, isDrawerOpen } = panels
  return (
    <div className={styles.line}>
      {!document.isReadOnly && !shown && (
        <Button
          variant="ghost"
          icon={hasPalette ? 'chevron-left' : 'chevron-right'}
          onClick={panels.togglePalette}
        >
          {t(hasPalette ? 'hidePalette' : 'showPalette')}
        </Button>
      )}
      <span className={styles.grow} />
      <Button
        variant="ghost"
        icon={problems.length > 0 ? 'triangle-alert' : 'circle-check'}
        className={problems.length > 0 ? styles.hasProblems : undefined}
        onClick={() => panels.openDrawer('problems')}
      >
        {problems.length > 0 ? t('problemCount', { count: problems.length }) : t('noProblems')}
      </Button>
      <Button
        variant="ghost"
        icon={isDrawerOpen ? 'chevron-down' : 'chevron-up'}
        aria-expanded={isDrawerOpen}
        onClick={panels.toggleDrawer}
      >
        {t('debug')}
      </Button>
    </div>
  )
}

/** The same for a thumb: what stands beside the canvas on a wide screen comes as a sheet. */
export function ThumbLine() {
  const t = useText(flowTexts)
  const { document, problems, panels, shown } = useFlow()
  const isSelected = useDocument(({ selection }) => selection.nodes.size + selection.wires.size > 0)
  return (
    <div className={styles.line} data-narrow="">
      {!document.isReadOnly && !shown && (
        <Button variant="ghost" icon="plus" onClick={() => panels.openSheet('palette')}>
          {t('palette')}
        </Button>
      )}
      {!shown && (
        <Button
          variant={isSelected ? 'primary' : 'ghost'}
          icon="sliders-horizontal"
          onClick={() => panels.openSheet('inspector')}
        >
          {t('inspector')}
        </Button>
      )}
      <Button
        variant="ghost"
        icon={problems.length > 0 ? 'triangle-alert' : 'bug'}
        className={problems.length > 0 ? styles.hasProblems : undefined}
        onClick={() => panels.openSheet('drawer')}
      >
        {t('debug')}
      </Button>
      <ViewButton />
    </div>
  )
}
