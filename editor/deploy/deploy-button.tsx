import { useDeferredValue } from 'react'
import { countChanges } from '../document/change-count.ts'
import { useDocument } from '../flow/flow-context.ts'
import { flowTexts } from '../flow/texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import styles from './deploy.module.css'
import type { Deployment } from './deployment.ts'
import { openReview, openRevisions } from './looking.ts'
import { deployTitles } from './titles.ts'

/** Deploys with one press; the arrow beside it shows first what that will change. */
export function DeployButton({ deployment }: { readonly deployment: Deployment }) {
  const t = useText(flowTexts)
  const words = useText(deployTitles)
  const flow = useDeferredValue(useDocument((state) => state.flow))
  const { isRunning, running, isKnown, busy, deploy } = deployment
  const changes = isKnown && isRunning ? countChanges(running, flow) : 0
  const isDeployed = isKnown && isRunning && changes === 0
  const variant = isDeployed ? 'secondary' : 'primary'
  return (
    <div className={styles.split}>
      <Button
        variant={variant}
        icon={isDeployed ? 'circle-check' : 'rocket'}
        busy={busy === 'deploy'}
        title={isDeployed ? t('deployAgain') : undefined}
        aria-keyshortcuts="Control+Enter"
        onClick={() => void deploy()}
      >
        <span className={styles.deployWord}>{isDeployed ? t('isDeployed') : t('deploy')}</span>
        {!isDeployed && isRunning && changes > 0 && (
          <>
            {' '}
            <span className={styles.count}>{changes}</span>{' '}
            <span className="visually-hidden">{words('changeWord', { count: changes })}</span>
          </>
        )}
      </Button>
      <Menu
        items={[
          { label: words('review'), icon: 'diff', onSelect: openReview },
          { label: words('history'), icon: 'history', onSelect: openRevisions },
        ]}
      >
        <Button variant={variant} icon="chevron-down" className={styles.splitMore}>
          <span className="visually-hidden">{words('deployOptions')}</span>
        </Button>
      </Menu>
    </div>
  )
}
