import type { Content, Wording } from './letter.ts'
import { duration, phrase } from './phrase.ts'

export const es: Wording = {
  locale: 'es',
  fallback: phrase`Si el botón no funciona, copia esta dirección en el navegador:`,
  documents: { profile: 'Perfil', tasks: 'Tareas', price_list: 'Lista de precios' },

  welcome({ username, verifyUrl }) {
    return verifyUrl === null ? welcomeReady(username) : welcomeConfirm(username, verifyUrl)
  },

  passwordReset({ username, resetUrl, validMinutes }) {
    const valid = duration('es', validMinutes)
    return {
      subject: phrase`Elige una contraseña nueva para Loggia`,
      preview: phrase`El enlace es válido durante ${valid}.`,
      heading: phrase`Elige una contraseña nueva`,
      paragraphs: [
        phrase`Hola, ${username}:`,
        phrase`Alguien ha pedido una contraseña nueva para tu cuenta de Loggia. Si has sido tú, abre el enlace y elígela.`,
      ],
      action: { label: 'Elegir contraseña', url: resetUrl },
      notes: [
        phrase`El enlace es válido durante ${valid}. No lo compartas: quien lo tenga puede cambiar tu contraseña.`,
      ],
      reason: phrase`Recibes este correo porque se ha pedido una contraseña nueva para la cuenta ${username}, que usa esta dirección.`,
      notYou: phrase`Si no has sido tú, no tienes que hacer nada: tu contraseña sigue siendo la misma.`,
    }
  },

  documentReady({ username, title, url }) {
    return {
      subject: phrase`Tu documento «${title}» está listo`,
      preview: phrase`Ya puedes abrirlo.`,
      heading: phrase`Tu documento está listo`,
      paragraphs: [phrase`Hola, ${username}:`, phrase`«${title}» está terminado y ya puedes abrirlo.`],
      action: { label: 'Abrir documento', url },
      notes: [phrase`Es posible que antes tengas que iniciar sesión.`],
      reason: phrase`Recibes este correo porque este documento se ha pedido desde tu cuenta, ${username}.`,
      notYou: phrase`Si no has sido tú, cambia la contraseña y cierra todas las sesiones.`,
    }
  },
}

function welcomeConfirm(username: string, verifyUrl: string): Content {
  return {
    ...welcomeReady(username),
    subject: phrase`Te damos la bienvenida a Loggia: confirma tu dirección`,
    preview: phrase`Solo falta un paso: confirmar que esta dirección es tuya.`,
    paragraphs: [
      phrase`Hola, ${username}:`,
      phrase`Tu cuenta ya está creada. Confirma que esta dirección es tuya para que podamos escribirte cuando haga falta, por ejemplo si necesitas una contraseña nueva.`,
    ],
    action: { label: 'Confirmar dirección', url: verifyUrl },
    notYou: phrase`Si no has sido tú, no confirmes nada: lo más probable es que alguien se haya equivocado al escribir su dirección. No tienes que hacer nada más.`,
  }
}

function welcomeReady(username: string): Content {
  return {
    subject: phrase`Te damos la bienvenida a Loggia`,
    preview: phrase`Tu cuenta ya está lista.`,
    heading: phrase`Te damos la bienvenida a Loggia`,
    paragraphs: [
      phrase`Hola, ${username}:`,
      phrase`Tu cuenta ya está lista. Entra cuando quieras con tu nombre de usuario y tu contraseña.`,
    ],
    action: null,
    notes: [],
    reason: phrase`Recibes este correo porque se ha creado en Loggia la cuenta ${username} con esta dirección.`,
    notYou: phrase`Si no has sido tú, lo más probable es que alguien se haya equivocado al escribir su dirección. Puedes ignorar este mensaje.`,
  }
}
