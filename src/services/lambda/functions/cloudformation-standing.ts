import { asGiven, unlessGone } from '../../../platform/standing.ts'

/** What exists already, or undefined where it, or its function, is gone. */
export const found = <Answer>(answer: Promise<Answer>) => unlessGone(answer, 'ResourceNotFoundException', 'ProvisionedConcurrencyConfigNotFoundException')

/** A function's name, with its qualifier, of any form in which an API takes it: an ARN, a part of one, the name. */
export const shortName = (text: unknown): string => String(text).replace(/^(?:arn:[^:]+:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?/, '')

/** The name of a function, as the template writes it. */
export const functionAsGiven = (actual: string, given: unknown): string => asGiven(actual, given, shortName)

/** What stands; where that is nothing, what a template has for nothing: an empty structure, or list, or one of such. */
export const orEmpty = <Value>(actual: Value | undefined, given: unknown): Value | undefined =>
  actual ?? (given !== undefined && isEmpty(given) ? given as Value : undefined)

const isEmpty = (value: unknown): boolean => value === '' || (typeof value === 'object' && value !== null && Object.values(value).every(isEmpty))
