import * as z from 'zod'

/** `#rrggbb`, as browsers and most lamps write a colour. */
export const colourPattern = /^#[0-9a-f]{6}$/i

/** A colour that a person picks. */
export const colour = () => z.string().regex(colourPattern, 'A colour is written like #ff8800.')
