import { ViewportPortal } from '@xyflow/react'
import { memo, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Drawing, FlowGroup } from '#flows/flow.ts'
import { type Box, overlaps } from '../../document/box.ts'
import { frameColor, toggleCollapsed } from '../../document/commands/groups.ts'
import { framesOf } from '../../document/frames.ts'
import { useText } from '../../i18n/use-text.ts'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { useCanvas } from '../canvas-context.ts'
import { MarkFrame } from '../marks.tsx'
import type { Scene } from '../scene/scene.ts'
import { select } from '../scene-ids.ts'
import { groupCard } from '../stand-ins.ts'
import { useNear, useSceneVersion } from '../use-near.ts'
import styles from './structure.module.css'
import { structureTexts } from './texts.ts'

/** The frames of the groups around what stands in them now, also while it is moved. */
export function Frames({ scene }: { readonly scene: Scene }) {
  const { document } = useCanvas()
  const drawing = useStore(document.store, (state) => state.drawing)
  const selected = useStore(document.store, (state) => state.selection.groups)
  const near = useNear()
  const version = useSceneVersion(scene)
  const frames = useMemo(() => {
    void version // the scene is the same object with something else in it
    return drawing.groups.length === 0 ? [] : shownFrames(drawing, scene)
  }, [drawing, scene, version])
  if (!near || frames.length === 0) return null
  return (
    <ViewportPortal>
      {frames
        .filter(({ box }) => overlaps(box, near))
        .map(({ group, box }) => (
          <Frame key={group.id} group={group} {...box} isSelected={selected.has(group.id)} />
        ))}
    </ViewportPortal>
  )
}

function shownFrames(drawing: Drawing, scene: Scene): readonly { group: FlowGroup; box: Box }[] {
  const boxes = new Map([...scene.nodes].map(({ id, box }) => [id, box]))
  const frames = framesOf(drawing, boxes)
  return drawing.groups.flatMap((group) => {
    const box = group.collapsed ? undefined : frames.get(group.id)
    return box ? [{ group, box }] : []
  })
}

interface FrameProps extends Box {
  readonly group: FlowGroup
  readonly isSelected: boolean
}

const Frame = memo(function Frame({ group, isSelected, x, y, width, height }: FrameProps) {
  const t = useText(structureTexts)
  const { document } = useCanvas()
  const name = group.name || t('unnamed')
  return (
    <section
      className={classNames(styles.tinted, styles.frame)}
      data-color={frameColor(group.color)}
      data-selected={isSelected}
      data-testid="frame"
      aria-label={t('groupNamed', { name: group.name })}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: groups are selected and worked by the keys of the canvas */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <div
        className={`${styles.frameHead} nopan`}
        data-frame={group.id}
        title={group.description}
        onClick={({ ctrlKey, metaKey, shiftKey }) =>
          select(document, groupCard(group.id), ctrlKey || metaKey || shiftKey)
        }
      >
        <span>{name}</span>
        {group.description && <Icon name="info" size={14} />}
        <CollapseButton group={group} />
      </div>
      <MarkFrame id={group.id} />
    </section>
  )
})

/** Shows a group as one card, or as a frame again. */
export function CollapseButton({ group }: { readonly group: FlowGroup }) {
  const t = useText(structureTexts)
  const { document, isReadOnly } = useCanvas()
  if (isReadOnly) return null
  const label = t(group.collapsed ? 'expand' : 'collapse', { name: group.name || t('unnamed') })
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.small} nodrag nopan`}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation()
        toggleCollapsed(document, [group.id])
      }}
    >
      <Icon name={group.collapsed ? 'chevron-down' : 'chevron-up'} size={16} />
    </button>
  )
}
