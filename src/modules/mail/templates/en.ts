import type { Content, Wording } from './letter.ts'
import { duration, phrase } from './phrase.ts'

export const en: Wording = {
  locale: 'en',
  fallback: phrase`If the button does not work, copy this address into your browser:`,
  documents: { profile: 'Profile', tasks: 'Tasks', price_list: 'Price list' },

  welcome({ username, verifyUrl }) {
    return verifyUrl === null ? welcomeReady(username) : welcomeConfirm(username, verifyUrl)
  },

  passwordReset({ username, resetUrl, validMinutes }) {
    const valid = duration('en', validMinutes)
    return {
      subject: phrase`Choose a new password for Loggia`,
      preview: phrase`The link is valid for ${valid}.`,
      heading: phrase`Choose a new password`,
      paragraphs: [
        phrase`Hello ${username},`,
        phrase`Someone asked for a new password for your Loggia account. If it was you, follow the link and choose one.`,
      ],
      action: { label: 'Choose a password', url: resetUrl },
      notes: [
        phrase`The link is valid for ${valid}. Please keep it to yourself: anyone who has it can change your password.`,
      ],
      reason: phrase`You are receiving this mail because a new password was requested for the account ${username}, which uses this address.`,
      notYou: phrase`If it was not you, there is nothing to do: your password stays as it is.`,
    }
  },

  documentReady({ username, title, url }) {
    return {
      subject: phrase`Your document “${title}” is ready`,
      preview: phrase`You can open it now.`,
      heading: phrase`Your document is ready`,
      paragraphs: [phrase`Hello ${username},`, phrase`“${title}” is finished, and you can open it now.`],
      action: { label: 'Open document', url },
      notes: [phrase`You may be asked to sign in first.`],
      reason: phrase`You are receiving this mail because this document was requested from your account, ${username}.`,
      notYou: phrase`If it was not you, change your password and sign out everywhere.`,
    }
  },
}

function welcomeConfirm(username: string, verifyUrl: string): Content {
  return {
    ...welcomeReady(username),
    subject: phrase`Welcome to Loggia: please confirm your address`,
    preview: phrase`One step is left: confirm that this address is yours.`,
    paragraphs: [
      phrase`Hello ${username},`,
      phrase`Your account has been created. Please confirm that this address is yours, so that we can reach you when it matters, for instance when you need a new password.`,
    ],
    action: { label: 'Confirm address', url: verifyUrl },
    notYou: phrase`If it was not you, do not confirm: someone probably mistyped their own address. There is nothing else to do.`,
  }
}

function welcomeReady(username: string): Content {
  return {
    subject: phrase`Welcome to Loggia`,
    preview: phrase`Your account is ready.`,
    heading: phrase`Welcome to Loggia`,
    paragraphs: [
      phrase`Hello ${username},`,
      phrase`Your account is ready. Sign in whenever you like with your username and password.`,
    ],
    action: null,
    notes: [],
    reason: phrase`You are receiving this mail because the account ${username} was created on Loggia with this address.`,
    notYou: phrase`If it was not you, someone probably mistyped their own address, and you can ignore this mail.`,
  }
}
