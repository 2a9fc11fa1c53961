import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Flow } from '#flows/flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { api } from '../../api/api.ts'
import { keys, queryClient } from '../../api/queries.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useNodeTexts } from '../../i18n/node-texts.ts'
import { useText } from '../../i18n/use-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { notify } from '../../ui/toast.tsx'
import { inLanguage } from './example-texts.ts'
import { loadExamples } from './examples.ts'
import styles from './flows.module.css'
import { flowTexts } from './texts.ts'

/** Node types shown on a card before the rest is only counted. */
const ICONS_SHOWN = 7

/** Cards of example flows; a click makes one a flow of one's own and opens it. */
export function Gallery({ onEmpty }: { readonly onEmpty?: () => void }) {
  const t = useText(flowTexts)
  const [, navigate] = useLocation()
  const language = useLanguage()
  const examples = useQuery({ queryKey: ['examples'], queryFn: loadExamples, staleTime: Infinity })
  const use = useMutation({
    mutationFn: (flow: Flow) => api.flows.import(serializeFlow(flow)),
    onSuccess: ({ flows: [first] }) => {
      void queryClient.invalidateQueries({ queryKey: keys.flows })
      if (first) navigate(`/flows/${first.id}`)
    },
    onError: (error) => notify.error(errorText(error)),
  })
  const offered = (examples.data ?? []).map((flow) => inLanguage(flow, language))
  return (
    <ul className={styles.gallery}>
      {onEmpty && (
        <li>
          <button type="button" className={styles.example} onClick={onEmpty}>
            <span className={styles.exampleIcons}>
              <span className={styles.typeIcon}>
                <Icon name="plus" size={18} />
              </span>
            </span>
            <strong>{t('emptyFlow')}</strong>
            <span className={styles.exampleAbout}>{t('emptyFlowAbout')}</span>
          </button>
        </li>
      )}
      {offered.map((flow) => (
        <li key={flow.id}>
          <button
            type="button"
            className={styles.example}
            aria-label={t('useExample', { name: flow.name })}
            disabled={use.isPending}
            onClick={() => use.mutate(flow)}
          >
            <TypeIcons flow={flow} />
            <strong>{flow.name}</strong>
            <span className={styles.exampleAbout}>{flow.description}</span>
            {use.isPending && use.variables.id === flow.id && <Spinner size={16} />}
          </button>
        </li>
      ))}
    </ul>
  )
}

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
