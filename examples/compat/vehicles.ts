import type { Walk } from './steps.ts'

const authorization = 'Bearer {{token}}'

export const vehicles: Walk = {
  title: 'Loggia: the published vehicles API',
  prefix: '/compat/vehicles',
  steps: [
    {
      name: 'Sign in',
      method: 'POST',
      path: '/login',
      form: { grant_type: '', username: '{{adminUsername}}', password: '{{adminPassword}}' },
      status: 200,
      answer: { token_type: 'bearer' },
      keep: { token: 'access_token' },
    },
    {
      name: 'Sign in as somebody unknown',
      method: 'POST',
      path: '/login',
      form: { username: 'nobody-{{unique}}', password: 'x' },
      status: 401,
      answer: { detail: 'Unauthorized' },
    },
    {
      name: 'Make a user',
      method: 'POST',
      path: '/users',
      authorization,
      json: {
        name: 'Pablo',
        lastname: 'Rey',
        email: 'pablo-{{unique}}@example.com',
        username: 'pablo-{{unique}}',
        password: 'x',
      },
      status: 200,
    },
    {
      name: 'Make a user without an address',
      method: 'POST',
      path: '/users',
      authorization,
      json: { name: 'Pablo', lastname: 'Rey', username: 'p', password: 'x' },
      status: 422,
      answer: {
        detail: [{ loc: ['body', 'email'], msg: 'field required', type: 'value_error.missing' }],
      },
    },
    {
      name: 'List the users',
      method: 'GET',
      path: '/users?skip=0&limit=10',
      authorization,
      status: 200,
      answer: { skip: 0, limit: 10 },
    },
    {
      name: 'List the users without a token',
      method: 'GET',
      path: '/users',
      status: 401,
      answer: { detail: 'Not authenticated' },
    },
    {
      name: 'List the detections',
      method: 'GET',
      path: '/detections?skip=0&limit=100',
      authorization,
      status: 200,
      answer: { skip: 0, limit: 100 },
    },
    { name: 'List from no number', method: 'GET', path: '/detections?skip=a', authorization, status: 422 },
    { name: 'Count by make', method: 'GET', path: '/stats', authorization, status: 200 },
  ],
}
