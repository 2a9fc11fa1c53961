import type * as z from 'zod'

/** How a form shows a field; without one it follows from the field's type (text, number, switch, select, list). */
export type Control =
  | 'multiline' // several lines of text
  | 'template' // text with {{ message.… }} places
  | 'code' // source text; its language stands in the field `language`
  | 'topic' // an MQTT topic or filter
  | 'duration' // milliseconds, shown as 500 ms, 5 s, 2 min
  | 'cron' // five cron fields
  | 'time' // 07:30
  | 'colour' // #rrggbb, picked or typed
  | 'property' // a path into the message: payload.temperature
  | 'ports' // named outputs, in order
  | 'value' // a JSON value typed as text: 21.5, true, "on", {"a":1}
  | 'connection' // a connection of the type in `connection`

declare module 'zod' {
  interface GlobalMeta {
    unit?: string
    placeholder?: string
    control?: Control
    /** Stored apart and encrypted; never goes back to the browser. Only in connections. */
    secret?: boolean
    /** Says where the secrets are sent; a change asks for them again, so that nobody can have them sent elsewhere. */
    destination?: boolean
    /** A right that a person gives to a connection: a flow file that brings the connection along cannot. */
    grant?: boolean
    /** English titles of an enum's values. */
    options?: Readonly<Record<string, string>>
    /** The connection type whose id this field holds. */
    connection?: string
    /** Set on the canvas or beside the form, not in it. */
    isDrawn?: boolean
    /** A list of which the first entry makes the first output, the second the second …: wires go along with their entry. */
    makesOutputs?: boolean
    /** A list of ids of nodes that stand beside it. */
    nodes?: boolean
    /** Shown only while the named sibling fields have one of these values. */
    when?: Readonly<Record<string, readonly (string | boolean | number)[]>>
    /** Suggestions come from what the connection in this sibling field discovers; picking one sets its `fields`. */
    suggestFrom?: string
    /** That connection can also be paired with something new, which then fills in the same fields. */
    pairs?: boolean
  }
}

/** Config of a node type or connection type: a flat zod object, each field with a `title` in its meta. */
export type ConfigSchema = z.ZodObject
