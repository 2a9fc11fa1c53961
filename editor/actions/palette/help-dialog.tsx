import { nodeDefinitions } from '#nodes/definitions.ts'
import { HelpText } from '../../flow/help-text.tsx'
import { useNodeTexts } from '../../i18n/node-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'

interface HelpDialogProps {
  readonly type: string
  readonly onClose: () => void
}

/** The help page of a node type, wherever one is. */
export function HelpDialog({ type, onClose }: HelpDialogProps) {
  const texts = useNodeTexts()
  const definition = nodeDefinitions.find((each) => each.type === type)
  return (
    <Dialog open onClose={onClose} title={definition ? texts.title(definition) : type} width={640}>
      <HelpText type={type} />
    </Dialog>
  )
}
