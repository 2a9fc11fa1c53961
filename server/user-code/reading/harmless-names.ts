/** Methods that change nothing that they are called upon or given, whichever built-in object has them. */
export const readingMethods: ReadonlySet<string> = new Set([
  ...['at', 'concat', 'slice', 'subarray', 'includes', 'indexOf', 'lastIndexOf', 'join', 'flat', 'with'],
  ...['keys', 'values', 'entries', 'get', 'has', 'hasOwnProperty', 'toReversed', 'toSpliced'],
  ...['charAt', 'charCodeAt', 'codePointAt', 'startsWith', 'endsWith', 'localeCompare', 'normalize'],
  ...[
    'padStart',
    'padEnd',
    'repeat',
    'substring',
    'substr',
    'trim',
    'trimStart',
    'trimEnd',
    'decode',
    'encode',
  ],
  ...['toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'toFixed', 'toPrecision'],
  ...['toExponential', 'toString', 'toLocaleString', 'valueOf', 'toJSON', 'toISOString', 'toUTCString'],
  ...['toDateString', 'toTimeString', 'toLocaleDateString', 'toLocaleTimeString', 'getTime', 'getFullYear'],
  ...['getMonth', 'getDate', 'getDay', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
  ...['getUTCFullYear', 'getUTCMonth', 'getUTCDate', 'getUTCDay', 'getUTCHours', 'getUTCMinutes'],
  ...['getUTCSeconds', 'getUTCMilliseconds', 'getTimezoneOffset', 'getInt8', 'getUint8', 'getInt16'],
  ...['getUint16', 'getInt32', 'getUint32', 'getBigInt64', 'getBigUint64', 'getFloat32', 'getFloat64'],
  ...['readInt8', 'readUInt8', 'readInt16BE', 'readInt16LE', 'readUInt16BE', 'readUInt16LE', 'readInt32BE'],
  ...['readInt32LE', 'readUInt32BE', 'readUInt32LE', 'readFloatBE', 'readFloatLE', 'readDoubleBE'],
  ...['readDoubleLE', 'getAll', 'cancel'],
])

/** The same, but they call what they are given first. */
export const callingMethods: ReadonlySet<string> = new Set([
  ...['map', 'filter', 'forEach', 'flatMap', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some'],
  ...['every', 'reduce', 'reduceRight', 'toSorted'],
])

/** Of texts. A pattern that is given first keeps count of what it has found. */
export const matchingMethods: ReadonlySet<string> = new Set([
  ...['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split'],
])

/** Of patterns, which keep count of what they have found. */
export const patternMethods: ReadonlySet<string> = new Set(['test', 'exec'])

/** Methods that change what they are called upon, and nothing that they are given. */
export const changingMethods: ReadonlySet<string> = new Set([
  ...[
    'push',
    'pop',
    'shift',
    'unshift',
    'splice',
    'reverse',
    'fill',
    'sort',
    'set',
    'add',
    'delete',
    'clear',
  ],
  ...['append', 'setTime', 'setFullYear', 'setMonth', 'setDate', 'setHours', 'setMinutes', 'setSeconds'],
  ...['setMilliseconds', 'setUTCFullYear', 'setUTCMonth', 'setUTCDate', 'setUTCHours', 'setUTCMinutes'],
  ...['setUTCSeconds', 'setUTCMilliseconds'],
])

/** What answers an object that nobody else has, if it answers one. */
export const makingMethods: ReadonlySet<string> = new Set([
  ...['map', 'filter', 'concat', 'flat', 'flatMap', 'toSorted', 'toReversed', 'toSpliced', 'split'],
])

interface Part {
  /** Which of its functions only read; all, left out. */
  readonly calls?: readonly string[]
  /** Those of them that answer an object which nobody else has. */
  readonly makes?: readonly string[]
  /** Which of its functions call what they are given second. */
  readonly calling?: readonly string[]
}

/** What functions are given by the language and by their API, as far as it is known to only read. */
export const parts: ReadonlyMap<string, Part> = new Map([
  ['Math', {}],
  ['Number', {}],
  ['JSON', { calls: ['parse', 'stringify'], calling: ['parse', 'stringify'] }],
  [
    'Object',
    {
      calls: ['keys', 'values', 'entries', 'hasOwn', 'is', 'groupBy'],
      makes: ['keys', 'values', 'entries', 'groupBy'],
      calling: ['groupBy'],
    },
  ],
  ['Array', { calls: ['isArray', 'from', 'of'], makes: ['from', 'of'], calling: ['from'] }],
  ['String', { calls: ['fromCharCode', 'fromCodePoint'] }],
  ['Date', { calls: ['now', 'parse', 'UTC'] }],
  ['ArrayBuffer', { calls: ['isView'] }],
  ['URL', { calls: ['canParse'] }],
  ['state', { calls: ['get', 'set'], makes: ['get'] }],
  ['clock', { calls: ['now', 'after', 'every', 'sleep'], calling: ['after', 'every'] }],
  ['log', { calls: ['info', 'warn', 'error', 'debug', 'log'] }],
  ['console', { calls: ['info', 'warn', 'error', 'debug', 'log'] }],
  ['crypto', { calls: ['randomUUID'] }],
])

/** Functions of the language that make one plain value of another. */
export const converters: ReadonlySet<string> = new Set([
  ...['Number', 'String', 'Boolean', 'parseFloat', 'parseInt', 'isNaN', 'isFinite', 'BigInt'],
  ...['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'atob', 'btoa'],
])

/** Functions that may be called, but not handed on. */
export const calledOnly: ReadonlySet<string> = new Set(['emit', 'status', 'now', 'Date'])

/** What may be made with `new` and looks at what it is given, but keeps a hold of it at most. */
export const makers: ReadonlySet<string> = new Set([
  ...['Array', 'Map', 'Set', 'Date', 'URL', 'URLSearchParams', 'RegExp', 'TextEncoder', 'TextDecoder'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError'],
])

/** The same, but what they make may be another view of the same bytes. */
export const viewMakers: ReadonlySet<string> = new Set([
  ...['DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
])

/** Values of the language and of the API that may be looked at, and handed on. */
export const plainValues: ReadonlySet<string> = new Set(['undefined', 'NaN', 'Infinity', 'env'])

/** Ways to what all objects have in common. */
export const sharedParts: ReadonlySet<string> = new Set(['constructor', 'prototype', '__proto__'])

/** Called by the language itself. */
export const unaskedMethods: ReadonlySet<string> = new Set(['then', 'toJSON', 'toString', 'valueOf'])
