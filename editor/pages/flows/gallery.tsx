import { useMutation, useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useLocation } from 'wouter'
import type { Flow } from '#flows/flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { api } from '../../api/api.ts'
import { keys, queryClient } from '../../api/queries.ts'
import { begun } from '../../begin/begun.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useNodeTexts } from '../../i18n/node-texts.ts'
import { useText } from '../../i18n/use-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { notify } from '../../ui/toast.tsx'
import { FIRST_TEMPLATE, loadTemplates } from './examples.ts'
import styles from './flows.module.css'
import { flowTexts } from './texts.ts'

/** Node types shown on a card before the rest is only counted. */
const ICONS_SHOWN = 7

/** Cards of flows to begin with; a click makes one a flow of one's own and opens it. */
export function Gallery() {
  const t = useText(flowTexts)
  const language = useLanguage()
  const templates = useQuery({
    queryKey: ['templates', language],
    queryFn: () => loadTemplates(language),
    staleTime: Infinity,
  })
  const simulated = useTemplate({ deploy: true })
  const real = useTemplate({ deploy: false })
  return (
    <div className={styles.galleries}>
      <Cards
        title={t('simulated')}
        about={t('simulatedAbout')}
        flows={templates.data?.simulated}
        use={simulated}
      />
      <Cards title={t('real')} about={t('realAbout')} flows={templates.data?.real} use={real} />
    </div>
  )
}

/** What needs nothing runs at once: that something happens comes before any setting. */
function useTemplate({ deploy }: { readonly deploy: boolean }) {
  const [, navigate] = useLocation()
  return useMutation({
    mutationFn: (flow: Flow) => api.flows.import(serializeFlow(flow), { deploy }),
    onSuccess: ({ flows: [first] }, { id }) => {
      if (first && id === FIRST_TEMPLATE) begun.add(first.id)
      void queryClient.invalidateQueries({ queryKey: keys.flows })
      if (first) navigate(`/flows/${first.id}`)
    },
    onError: (error) => notify.error(errorText(error)),
  })
}

interface CardsProps {
  readonly title: string
  readonly about: string
  readonly flows: readonly Flow[] | undefined
  readonly use: ReturnType<typeof useTemplate>
}

function Cards({ title, about, flows = [], use }: CardsProps) {
  const t = useText(flowTexts)
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p>{about}</p>
      <ul className={styles.gallery}>
        {flows.map((flow) => (
          <Card key={flow.id} flow={flow} use={use} label={t('useExample', { name: flow.name })} />
        ))}
      </ul>
    </section>
  )
}

interface CardProps {
  readonly flow: Flow
  readonly label: string
  readonly use: ReturnType<typeof useTemplate>
}

const Card = ({ flow, label, use }: CardProps) => (
  <li className={styles.example}>
    <TypeIcons flow={flow} />
    <button
      type="button"
      className={styles.use}
      aria-label={label}
      disabled={use.isPending}
      onClick={() => use.mutate(flow)}
    >
      {flow.name}
    </button>
    <span className={styles.exampleAbout}>{flow.description}</span>
    {use.isPending && use.variables.id === flow.id && <Spinner size={16} />}
  </li>
)

function TypeIcons({ flow }: { readonly flow: Flow }) {
  const t = useText(flowTexts)
  const words = useNodeTexts()
  const types = [...new Set(flow.nodes.map((node) => node.type))]
  const known = types.flatMap((type): AnyNodeDefinition[] =>
    nodeDefinitions.filter((definition) => definition.type === type),
  )
  return (
    <span className={styles.exampleIcons}>
      {known.slice(0, ICONS_SHOWN).map((definition) => (
        <span
          key={definition.type}
          className={styles.typeIcon}
          style={{ color: `var(--family-${definition.group})` }}
          title={words.title(definition)}
        >
          <Icon name={definition.icon} size={18} />
        </span>
      ))}
      <span className={styles.count}>{t('nodes', { count: flow.nodes.length })}</span>
    </span>
  )
}
