import { randomInt } from 'node:crypto'
import { InvalidParameterException, type Input, type Output, type SecretsManager } from '../state.ts'

const kinds = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
}

/** A random password: 32 characters of every kind, where nothing else is said. */
export async function GetRandomPassword(_: SecretsManager, input: Input<'GetRandomPassword'>): Promise<Output<'GetRandomPassword'>> {
  const { PasswordLength: length = 32, RequireEachIncludedType: eachKind = true } = input
  const excluded = new Set(input.ExcludeCharacters)
  const without = (letters: string) => [...letters].filter(letter => !excluded.has(letter))
  const included = Object.entries(kinds).filter(([name]) => !input[name as keyof typeof kinds]).map(([, letters]) => without(letters))
  if (input.IncludeSpace) included.push(without(' '))
  const all = included.flat()
  if (all.length === 0) throw new InvalidParameterException('The request excludes every character that a password could have.')
  if (!eachKind) return { RandomPassword: Array.from({ length }, () => one(all)).join('') }
  if (included.some(letters => letters.length === 0)) throw new InvalidParameterException('The request excludes every character of a type that is required.')
  if (length < included.length) throw new InvalidParameterException(`Password length ${length} too short based on the required types.`)
  const letters = [...included.map(one), ...Array.from({ length: length - included.length }, () => one(all))]
  // One of each kind stands first: their places are drawn as well.
  for (let at = letters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[letters[at], letters[other]] = [letters[other]!, letters[at]!]
  }
  return { RandomPassword: letters.join('') }
}

const one = (letters: readonly string[]): string => letters[randomInt(letters.length)]!
