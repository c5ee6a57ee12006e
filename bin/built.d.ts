export const BUILT: URL
export function isBuilt(): boolean
