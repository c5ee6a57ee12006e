/** What is tried first by whoever guesses: the most used of published leaks, in their folded form. */
const GUESSED = new Set(
  `
  000000 00000000 0000000000 0123456789 0987654321 1111 11111 111111 1111111 11111111 1111111111 112233 11223344 1122334455
  121212 12121212 123123 123123123 123321 1234 12341234 12344321 12345 123456 1234567 12345678 123456789 1234567890 12345678910
  1234qwer 123654 123qwe 123qweasd 131313 147258369 159753 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 1qaz1qaz 20202020 222222
  22222222 232323 252525 31415926 333333 33333333 444444 44444444 4815162342 520520 5201314 54321 555555 55555555 654321 666666
  66666666 696969 7654321 777777 77777777 7777777 789456 789456123 87654321 88888888 888888 987654 987654321 9876543210 999999
  99999999 aa123456 aaaaaa aaaaaaaa abc123 abc12345 abcd1234 abcdef abcdefgh abcdefg1 access admin admin123 admin1234
  administrator amanda andrew angel angels anthony apple apples arsenal asd123 asdasd asdasdasd asdf asdf1234 asdfasdf asdfgh
  asdfghjk asdfghjkl ashley august austin babygirl badboy bailey banana barcelona baseball baseball1 batman basketball
  beautiful blahblah blessed blink182 bubbles buster butterfly champion changeme charlie charlie1 cheese chelsea chicken chocolate
  chris christian christopher coffee computer computer1 cookie corvette creative dallas daniel danielle default dolphin dragon
  elephant elizabeth eminem estrella facebook family ferrari flower football football1 forever freedom friend friends
  gateway george gfhjkm ghbdtn ginger google graphics guest hahaha hannah harley heather hello hello123 helloworld hunter
  iloveyou iloveyou1 iloveyou2 internet jackson jasmine jennifer jessica jesus jesus1 jordan jordan23 joseph joshua justin killer
  knight letmein letmein1 liverpool login london loveme lovely loveyou maggie manchester marina martin master matrix matthew
  maverick mercedes merlin metallica michael michael1 michelle midnight minecraft monkey monkey1 monster mustang naruto
  nathan nicole nothing november online orange pass pass123 passw0rd password password1 password12 password123 password1234 patrick
  peanut pepper phoenix pokemon princess princess1 purple qazwsx qazwsxedc qq123456 qqqqqqqq qwe123 qwer1234 qwerty qwerty1 qwerty12
  qwerty123 qwertyui qwertyuiop rainbow ranger rebecca richard robert rockyou samantha samsung samuel scooter secret security
  server service shadow slipknot snoopy soccer sophie spiderman spongebob starwars startrek summer sunshine sunshine1 superman
  superman1 superstar target123 taylor test test123 test1234 testing testtest thomas thunder tigger tinkerbell trustno1 turtle
  tweety vanessa victoria welcome welcome1 welcome123 whatever william windows winner winston wonderful xxxxxxxx yankees yellow
  zaq12wsx zaq1zaq1 zxcvbn zxcvbnm zxcvbnm1
  `
    .trim()
    .split(/\s+/),
)

/** For whoever asks for a better one. */
export function isOftenGuessed(password: string): boolean {
  return GUESSED.has(password.trim().toLowerCase())
}
