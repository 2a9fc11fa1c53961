import type { Person } from '../api/types.ts'
import { useText } from '../i18n/use-text.ts'
import { Tooltip } from '../ui/tooltip.tsx'
import styles from './people.module.css'
import { initialsOf, personColor, usePeople } from './people.ts'
import { peopleTexts } from './texts.ts'

const SHOWN = 4

/** Who else has the flow open; pressed, it shows where they are. */
export function PeopleBar({ onShow }: { readonly onShow: (person: Person) => void }) {
  const t = useText(peopleTexts)
  const people = usePeople((state) => state.people)
  if (people.length === 0) return null
  const more = people.length - SHOWN
  return (
    <ul className={styles.people} aria-label={t('here')}>
      {people.slice(0, SHOWN).map((person) => {
        const { name, tab, nodes } = person
        const label = t(nodes.length > 0 ? 'showWhere' : 'isHere', { name })
        return (
          <li key={tab}>
            <Tooltip text={label}>
              <button
                type="button"
                className={styles.person}
                style={{ background: personColor(name) }}
                aria-label={label}
                onClick={() => onShow(person)}
              >
                {initialsOf(name)}
              </button>
            </Tooltip>
          </li>
        )
      })}
      {more > 0 && (
        <li className={styles.more} title={t('more', { count: more })}>
          <span aria-hidden="true">+{more}</span>
          <span className="visually-hidden">{t('more', { count: more })}</span>
        </li>
      )}
    </ul>
  )
}
