// npm runs this after each install. In plain JavaScript, for without the development dependencies the node of the machine runs it.
const NODE_MAJOR_MIN = 26

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  console.error(
    `This is Node ${process.versions.node}, and npm did not bring along the one that Loggia runs on: it is an optional dependency. Install without "--omit=optional", or use Node ${NODE_MAJOR_MIN}.`,
  )
  process.exit(1)
}
const canBuild = await import('vite').then(
  () => true,
  () => false,
)
if (canBuild) {
  await import('./build-console.ts')
  await import('./build-server.ts')
}
