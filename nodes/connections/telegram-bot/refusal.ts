import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'

interface Refusal extends Sentence {
  readonly status: number
  /** A part of Telegram's description, in lower case. */
  readonly says: string
  readonly field?: string
}

const forbidden: Sentence = {
  code: 'TELEGRAM_FORBIDDEN',
  message:
    'The bot may not write to this chat. In a channel or a group, let it post there as an administrator.',
}
const notEditable: Sentence = {
  code: 'TELEGRAM_NOT_EDITABLE',
  message: 'The message on Telegram is gone or too old to be changed.',
}

/** What Telegram will not do however often it is asked, most special first, and what a person can do about it. */
const refusals: readonly Refusal[] = [
  {
    status: 401,
    says: '',
    code: 'TELEGRAM_TOKEN',
    message: 'Telegram does not know this bot token. Copy it again from @BotFather into the connection.',
    field: 'token',
  },
  {
    status: 404,
    says: '',
    code: 'TELEGRAM_API_ROOT',
    message:
      'There is no such bot or no Bot API at this address. Check the token and the API root of the connection.',
    field: 'apiRoot',
  },
  {
    status: 403,
    says: 'blocked',
    code: 'TELEGRAM_BLOCKED',
    message: 'This person has blocked the bot. They can open the chat with it on Telegram and press Restart.',
  },
  {
    status: 403,
    says: 'initiate',
    code: 'TELEGRAM_NOT_STARTED',
    message: 'A bot may not write first. Open the chat with the bot on Telegram and press Start.',
  },
  {
    status: 403,
    says: 'kicked',
    code: 'TELEGRAM_KICKED',
    message: 'The bot was removed from this group. Add it again.',
  },
  {
    status: 403,
    says: 'deactivated',
    code: 'TELEGRAM_GONE',
    message: 'This person has no Telegram account any more. Choose another chat.',
    field: 'chat',
  },
  { status: 403, says: '', ...forbidden },
  { status: 400, says: 'rights to send', ...forbidden },
  {
    status: 400,
    says: 'message is not modified',
    code: 'TELEGRAM_NOT_MODIFIED',
    message: 'The message on Telegram says that already.',
  },
  { status: 400, says: 'message to edit not found', ...notEditable },
  { status: 400, says: "message can't be edited", ...notEditable },
  {
    status: 400,
    says: 'query is too old',
    code: 'TELEGRAM_PRESS_OLD',
    message: 'The button was pressed too long ago to be answered.',
  },
  {
    status: 400,
    says: 'chat not found',
    code: 'TELEGRAM_CHAT_NOT_FOUND',
    message:
      'Telegram does not know this chat, or nobody in it has written to the bot yet. Write something to the bot and choose the chat from the list.',
    field: 'chat',
  },
  {
    status: 400,
    says: "can't parse entities",
    code: 'TELEGRAM_MARKUP',
    message: 'Telegram cannot read the tags of the text. Check its HTML, or choose plain text.',
    field: 'text',
  },
  {
    status: 400,
    says: 'too long',
    code: 'TELEGRAM_TOO_LONG',
    message:
      'The text is too long for Telegram. Shorten the template, or put a smaller part of the message into it.',
    field: 'text',
  },
  {
    status: 409,
    says: 'webhook',
    code: 'TELEGRAM_WEBHOOK',
    message:
      'What is written to this bot goes to the web address of another program. Use a bot of its own for Wirehouse.',
  },
  {
    status: 409,
    says: '',
    code: 'TELEGRAM_OTHER_POLLER',
    message:
      'Another program fetches the messages of this bot. Stop it, or use a bot of its own for Wirehouse.',
  },
]

const photoWords = /photo|image|http url|web page|file identifier|file is too big|wrong type/

/** Turns an answer that says no for good into an error with a stable code. */
export function refusal(status: number, description: string): NodeError {
  const said = description === '' ? '' : ` Telegram says: ${description}`
  /** What stands behind the sentence in any language. */
  const quote = description === '' ? '' : ` Telegram: „${description}“`
  const text = description.toLowerCase()
  const known = refusals.find((entry) => entry.status === status && text.includes(entry.says))
  if (known) {
    return new NodeError(known.code, known.message + said, {
      values: { said: quote },
      ...(known.field !== undefined && { field: known.field }),
    })
  }
  if (status === 413 || (status === 400 && photoWords.test(text))) {
    return new NodeError('TELEGRAM_PHOTO', `Telegram cannot take the picture.${said}`, {
      field: 'photo',
      values: { said: quote },
    })
  }
  return new NodeError('TELEGRAM_REFUSED', `Telegram refused the message (${status}).${said}`, {
    values: { status, said: quote },
  })
}
