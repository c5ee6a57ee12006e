import type { Content, Wording } from './letter.ts'
import { duration, phrase } from './phrase.ts'

export const ru: Wording = {
  locale: 'ru',
  fallback: phrase`Если кнопка не работает, скопируйте этот адрес в браузер:`,
  documents: { profile: 'Профиль', tasks: 'Задачи', price_list: 'Прайс-лист' },

  welcome({ username, verifyUrl }) {
    return verifyUrl === null ? welcomeReady(username) : welcomeConfirm(username, verifyUrl)
  },

  passwordReset({ username, resetUrl, validMinutes }) {
    // The formatted unit is in the nominative («1 минута»), so the sentence must ask for that case.
    const valid = phrase`Срок действия ссылки: ${duration('ru', validMinutes)}.`
    return {
      subject: phrase`Новый пароль для Loggia`,
      preview: valid,
      heading: phrase`Задайте новый пароль`,
      paragraphs: [
        phrase`Здравствуйте, ${username}!`,
        phrase`Кто-то запросил новый пароль для вашей учётной записи в Loggia. Если это были вы, перейдите по ссылке и задайте его.`,
      ],
      action: { label: 'Задать пароль', url: resetUrl },
      notes: [
        phrase`${valid} Никому не передавайте ссылку: любой, у кого она есть, сможет сменить ваш пароль.`,
      ],
      reason: phrase`Вы получили это письмо, потому что для учётной записи ${username} с этим адресом запросили новый пароль.`,
      notYou: phrase`Если это были не вы, ничего делать не нужно: пароль останется прежним.`,
    }
  },

  documentReady({ username, title, url }) {
    return {
      subject: phrase`Документ «${title}» готов`,
      preview: phrase`Его уже можно открыть.`,
      heading: phrase`Ваш документ готов`,
      paragraphs: [
        phrase`Здравствуйте, ${username}!`,
        phrase`Документ «${title}» готов, его уже можно открыть.`,
      ],
      action: { label: 'Открыть документ', url },
      notes: [phrase`Возможно, сначала нужно будет войти в учётную запись.`],
      reason: phrase`Вы получили это письмо, потому что этот документ запросили из вашей учётной записи ${username}.`,
      notYou: phrase`Если это были не вы, смените пароль и завершите все сеансы.`,
    }
  },
}

function welcomeConfirm(username: string, verifyUrl: string): Content {
  return {
    ...welcomeReady(username),
    subject: phrase`Добро пожаловать в Loggia! Подтвердите адрес`,
    preview: phrase`Остался один шаг: подтвердите, что этот адрес ваш.`,
    paragraphs: [
      phrase`Здравствуйте, ${username}!`,
      phrase`Ваша учётная запись создана. Подтвердите, пожалуйста, что этот адрес принадлежит вам: так мы сможем написать, когда это будет важно, например если понадобится новый пароль.`,
    ],
    action: { label: 'Подтвердить адрес', url: verifyUrl },
    notYou: phrase`Если это были не вы, не подтверждайте адрес: скорее всего, кто-то ошибся, указывая свой. Больше ничего делать не нужно.`,
  }
}

function welcomeReady(username: string): Content {
  return {
    subject: phrase`Добро пожаловать в Loggia`,
    preview: phrase`Ваша учётная запись готова.`,
    heading: phrase`Добро пожаловать в Loggia`,
    paragraphs: [
      phrase`Здравствуйте, ${username}!`,
      phrase`Ваша учётная запись готова. Входите в любое время со своим именем пользователя и паролем.`,
    ],
    action: null,
    notes: [],
    reason: phrase`Вы получили это письмо, потому что на этот адрес в Loggia создали учётную запись ${username}.`,
    notYou: phrase`Если это были не вы, скорее всего, кто-то ошибся, указывая свой адрес. Это письмо можно просто удалить.`,
  }
}
