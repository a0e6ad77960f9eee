import type { SequenceForm } from '../../../platform/sequences.ts'

/** 28 digits: milliseconds and a counter behind a 1. They rise with time. */
export const sequenceForm: SequenceForm = {
  write: ({ ms, counter }) => `1${String(ms).padStart(15, '0')}${String(counter).padStart(12, '0')}`,
  read: text => ({ ms: Number(text.slice(1, 16)), counter: Number(text.slice(16)) }),
}

/** The number before every record of a stream from a time on. */
export const sequenceAt = (ms: number): string => sequenceForm.write({ ms, counter: 0 }, '')

export const isSequence = (text: string): boolean => /^1\d{27}$/.test(text)
