import { html, type Markup } from './markup.ts'

const sans = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const serif = 'font-family:Georgia,Cambria,Times New Roman,serif'
// A name without a space must not push a narrow screen wide.
const breakable = 'overflow-wrap:anywhere;word-break:break-word'

export const accent = '#b4532a'
export const paper = '#f5efe7'
export const sheet = '#fffdf9'

/** Inline, since several mail clients drop style elements; classes below only adjust for dark and narrow. */
export const inline = {
  front: `padding:5px 0 0;background-color:${accent};border-radius:3px 3px 0 0`,
  solid: 'padding:0;font-size:0;line-height:0',
  wordmark: `${serif};font-size:22px;line-height:28px;letter-spacing:.2px;color:#33271f`,
  sheet: `padding:38px 36px 34px;background-color:${sheet};border:1px solid #e7dccf;border-radius:14px`,
  heading: `margin:0 0 22px;${serif};font-size:27px;line-height:34px;font-weight:normal;color:#33271f;${breakable}`,
  paragraph: `margin:0 0 16px;${sans};font-size:16px;line-height:26px;color:#43362d;${breakable}`,
  note: `margin:0 0 12px;${sans};font-size:14px;line-height:22px;color:#6d5d51;${breakable}`,
  button: `display:inline-block;padding:14px 30px;${sans};font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;border-radius:9px`,
  fallback: `margin-top:24px;padding-top:20px;border-top:1px solid #eee4d8`,
  address: `margin:0;${sans};font-size:13px;line-height:20px;word-break:break-all`,
  link: 'color:#9c4522;text-decoration:underline',
  footer: `margin:0 0 8px;${sans};font-size:13px;line-height:20px;color:#6d5d51;${breakable}`,
  hidden: `display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:${paper};mso-hide:all`,
} as const

export const styleSheet: Markup = html`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
table { border-spacing: 0; mso-table-lspace: 0; mso-table-rspace: 0; }
@media (max-width: 480px) {
  .page-cell { padding: 20px 10px 28px !important; }
  .sheet { padding: 28px 22px 24px !important; }
  .heading { font-size: 24px !important; line-height: 31px !important; }
  .edge { padding-left: 23px !important; padding-right: 23px !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background-color: #1b1613 !important; }
  .sheet { background-color: #27201b !important; border-color: #3d322a !important; }
  .strong { color: #f6ece2 !important; }
  .body { color: #e6d9cd !important; }
  .quiet { color: #b9a799 !important; }
  .line { border-color: #3d322a !important; }
  .link { color: #eda27f !important; }
  .front { background-color: #d4744a !important; }
}
[data-ogsc] .strong { color: #f6ece2 !important; }
[data-ogsc] .body { color: #e6d9cd !important; }
[data-ogsc] .quiet { color: #b9a799 !important; }
[data-ogsc] .link { color: #eda27f !important; }
[data-ogsb] .page { background-color: #1b1613 !important; }
[data-ogsb] .sheet { background-color: #27201b !important; }
</style>`
