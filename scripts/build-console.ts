import { readyConsole } from '../src/http/console-build.ts'

/** `npm run build:console`: the console from its sources, when it is not built from them already. */
if (!(await readyConsole())) {
  console.error('The console is built with the development dependencies: run "npm ci" first.')
  process.exitCode = 1
}
