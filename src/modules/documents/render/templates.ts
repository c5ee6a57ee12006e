export interface TemplateData {
  profile: ProfileData
  tasks: TaskListData
  price_list: PriceListData
}

export type TemplateName = keyof TemplateData

export interface ProfileData {
  locale: string
  generated_for: {
    username: string
    email: string | null
    gender: string | null
    role: string
    /** `YYYY-MM-DD` */
    member_since: string
  }
  stats: {
    session_count: number
    victory_count: number
    loss_count: number
    /** seconds */
    total_time: number
  }
}

export interface TaskListData {
  locale: string
  author: string
  tasks: {
    text: string
    done: boolean
    /** `YYYY-MM-DD` */
    due_at: string | null
  }[]
}

export interface PriceListData {
  locale: string
  store: {
    name: string
    /** ISO 4217 code */
    currency: string
  }
  items: {
    name: string
    description: string | null
    price_minor: number
    tags: string[]
  }[]
}
