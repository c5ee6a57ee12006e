// npm runs this after each install. In plain JavaScript, for without the development dependencies the node of the machine runs it.
const canBuild = await import('vite').then(
  () => true,
  () => false,
)
if (canBuild) {
  await import('./build-console.ts')
  await import('./build-server.ts')
}
