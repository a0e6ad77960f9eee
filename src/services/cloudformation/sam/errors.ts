/** One cause of a failed transform: a resource, an event, or the template's structure, with the translator's wording. */
export class SamFault extends Error {
  readonly kind: 'resource' | 'event' | 'template'
  /** The logical id (or event id) that the cause names; undefined for the template as a whole. */
  readonly id: string | undefined
  /** The text without its "Resource with id [..] is invalid." beginning. */
  readonly text: string
  constructor(kind: 'resource' | 'event' | 'template', id: string | undefined, text: string, message: string) {
    super(message)
    this.name = 'SamFault'
    this.kind = kind
    this.id = id
    this.text = text
  }
}

/** The template cannot be transformed; `errorMessage` is the whole of what CloudFormation shows, every cause in it. */
export class SamError extends Error {
  readonly errorMessage: string
  readonly causes: readonly SamFault[]
  constructor(causes: readonly SamFault[], options?: { cause?: unknown }) {
    const unique = [...new Map(causes.map(cause => [cause.message, cause])).values()]
    const sorted = unique.map((cause, index) => ({ cause, index, key: cause.id ?? cause.text }))
      .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index).map(entry => entry.cause)
    const message = [`Invalid Serverless Application Specification document. Number of errors found: ${sorted.length}.`, ...sorted.map(cause => cause.message)]
      .join(' ')
    super(message, options)
    this.name = 'SamError'
    this.errorMessage = message
    this.causes = sorted
  }
}

export const invalidResource = (id: unknown, text: string): SamFault =>
  new SamFault('resource', String(id), text, `Resource with id [${String(id)}] is invalid. ${text}`)

export const invalidEvent = (id: string, text: string): SamFault => new SamFault('event', undefined, text, `Event with id [${id}] is invalid. ${text}`)

export const invalidTemplate = (text: string): SamFault => new SamFault('template', undefined, text, `Structure of the SAM template is invalid. ${text}`)

/** A fault that stops the whole transform at once, whatever other faults there are. */
export const invalidDocument = (...causes: SamFault[]): SamError => new SamError(causes)

export const invalidGlobals = (text: string): SamError =>
  new SamError([new SamFault('template', 'Globals', text, `'Globals' section is invalid. ${text}`)])

export const duplicateId = (id: string, generated: string, type: string): SamFault => new SamFault('template', id, '',
  `Transforming resource with id [${id}] attempts to create a new resource with id [${generated}] and type "${type}". `
  + 'A resource with that id already exists within this template. Please use a different id for that resource.')
