const pattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

export const isSemanticVersion = (text: string): boolean => pattern.test(text)

/** The order of semantic versions: by their numbers; one that is a pre-release comes before the release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [pattern.exec(a)!, pattern.exec(b)!]
  for (const at of [1, 2, 3]) {
    const difference = Number(left[at]) - Number(right[at])
    if (difference !== 0) return difference
  }
  if (left[4] === undefined || right[4] === undefined) return (left[4] === undefined ? 1 : 0) - (right[4] === undefined ? 1 : 0)
  return comparePreReleases(left[4].split('.'), right[4].split('.'))
}

function comparePreReleases(left: string[], right: string[]): number {
  for (const [at, one] of left.entries()) {
    const other = right[at]
    if (other === undefined) return 1
    if (one === other) continue
    const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)]
    if (isNumber && isOtherNumber) return Number(one) - Number(other)
    // Numbers come before words.
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    return one < other ? -1 : 1
  }
  return left.length - right.length
}
