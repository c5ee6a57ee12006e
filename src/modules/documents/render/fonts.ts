import { fileURLToPath } from 'node:url'

// Noto Sans draws Latin, Cyrillic, Greek and Devanagari; Noto Sans SC draws every common Han character
// and kana. Vazirmatn draws Arabic because its letters are whole: those of Noto Sans Arabic are put
// together from parts, which come out doubled in copied text. `theme.typ` says which stands in for which.
const FONT_FILES = [
  'noto-sans/400Regular/NotoSans_400Regular.ttf',
  'noto-sans/600SemiBold/NotoSans_600SemiBold.ttf',
  'vazirmatn/400Regular/Vazirmatn_400Regular.ttf',
  'vazirmatn/600SemiBold/Vazirmatn_600SemiBold.ttf',
  'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  'noto-sans-hebrew/600SemiBold/NotoSansHebrew_600SemiBold.ttf',
  'noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
  'noto-sans-thai/600SemiBold/NotoSansThai_600SemiBold.ttf',
  'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  'noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf',
  'nanum-gothic/400Regular/NanumGothic_400Regular.ttf',
  'nanum-gothic/700Bold/NanumGothic_700Bold.ttf',
  'noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
  'noto-emoji/600SemiBold/NotoEmoji_600SemiBold.ttf',
]

export function fontPaths(): string[] {
  return FONT_FILES.map((file) => fileURLToPath(import.meta.resolve(`@expo-google-fonts/${file}`)))
}
