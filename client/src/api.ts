// Generated from openapi.json by scripts/client-types.ts: "npm run generate" writes it anew.

/** Every operation by its method and path: what it takes, and what it answers when it succeeds. */
export interface Operations {
  /** Public keys of access tokens */
  'GET /.well-known/jwks.json': {
    answer: {
      keys: Array<Record<string, string>>
    }
  }
  /** Alert rules, newest first */
  'GET /api/v1/alert-rules': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        category_contains: string | null
        make: string | null
        year_min: number | null
        year_max: number | null
        cooldown_seconds: number
        /** false: it is paused. */
        enabled: boolean
        /** RFC 3339, UTC. */
        created_at: string
      }>
      next_cursor: string | null
    }
  }
  /** Make an alert rule */
  'POST /api/v1/alert-rules': {
    body: {
      name: string
      /** One part of a category, without regard to case. */
      category_contains?: string | null | undefined
      make?: string | null | undefined
      /** That year or later. */
      year_min?: number | null | undefined
      /** That year or earlier. */
      year_max?: number | null | undefined
      /** After an alert of this rule, so long no other one of it for the same make and model. */
      cooldown_seconds?: number | undefined
      enabled?: boolean | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      category_contains: string | null
      make: string | null
      year_min: number | null
      year_max: number | null
      cooldown_seconds: number
      /** false: it is paused. */
      enabled: boolean
      /** RFC 3339, UTC. */
      created_at: string
    }
  }
  /** One alert rule */
  'GET /api/v1/alert-rules/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      category_contains: string | null
      make: string | null
      year_min: number | null
      year_max: number | null
      cooldown_seconds: number
      /** false: it is paused. */
      enabled: boolean
      /** RFC 3339, UTC. */
      created_at: string
    }
  }
  /** Change, pause or resume an alert rule */
  'PATCH /api/v1/alert-rules/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      name?: string | undefined
      /** One part of a category, without regard to case. */
      category_contains?: string | null | undefined
      make?: string | null | undefined
      /** That year or later. */
      year_min?: number | null | undefined
      /** That year or earlier. */
      year_max?: number | null | undefined
      /** After an alert of this rule, so long no other one of it for the same make and model. */
      cooldown_seconds?: number | undefined
      enabled?: boolean | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      category_contains: string | null
      make: string | null
      year_min: number | null
      year_max: number | null
      cooldown_seconds: number
      /** false: it is paused. */
      enabled: boolean
      /** RFC 3339, UTC. */
      created_at: string
    }
  }
  /** Delete an alert rule; its alerts stay, its webhooks go */
  'DELETE /api/v1/alert-rules/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Alerts, newest first, or as a stream */
  'GET /api/v1/alerts': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      /** Alerts of that rule only. */
      rule_id?: number | undefined
      /** Alerts of that make only, without regard to case. */
      make?: string | undefined
      /** The id of the last event seen: the stream goes on after it. */
      last_event_id?: string | undefined
      /** Opens the stream without an Authorization header. */
      ticket?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        /** null: the rule was deleted since. */
        rule_id: number | null
        /** The rule's name. */
        rule: string
        detection: {
          /** Never used twice. */
          id: number
          year: number
          make: string
          model: string
          category: string
          source_id: string | null
          /** RFC 3339, UTC. */
          detected_at: string
        }
        /** RFC 3339, UTC. */
        created_at: string
      }>
      next_cursor: string | null
    }
  }
  /** A one-time ticket for a browser's EventSource */
  'POST /api/v1/alerts/tickets': {
    answer: {
      /** Good once, as `?ticket=` of a stream of events. */
      ticket: string
      /** Seconds. */
      expires_in: number
    }
  }
  /** Send the confirmation again */
  'POST /api/v1/auth/email/verification': {
    answer: undefined
  }
  /** Confirm an e-mail address */
  'POST /api/v1/auth/email/verify': {
    body: {
      /** From the link. */
      token: string
    }
    answer: undefined
  }
  /** Make an API key */
  'POST /api/v1/auth/keys': {
    body: {
      name: string
      scopes: string[]
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      scopes: string[]
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      last_used_at: string | null
      /** Shown this once. */
      key: string
    }
  }
  /** My API keys */
  'GET /api/v1/auth/keys': {
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        scopes: string[]
        /** RFC 3339, UTC. */
        created_at: string
        /** RFC 3339, UTC. */
        last_used_at: string | null
      }>
    }
  }
  /** Revoke an API key */
  'DELETE /api/v1/auth/keys/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Sign in */
  'POST /api/v1/auth/login': {
    body: {
      /** The username or the e-mail address. */
      username: string
      password: string
    }
    answer: {
      access_token: string
      refresh_token: string
      token_type: 'Bearer'
      /** Seconds until the access token runs out. */
      expires_in: number
      user: {
        /** Never used twice. */
        id: number
        username: string
        /** For its owner and administrators only. */
        email?: string | null | undefined
        /** For its owner and administrators only. */
        email_verified?: boolean | undefined
        /** For its owner and administrators only. */
        given_name?: string | null | undefined
        /** For its owner and administrators only. */
        family_name?: string | null | undefined
        gender: string | null
        /** Where the picture is. */
        profile_pic: string | null
        role: 'user' | 'admin'
        /** For administrators only. */
        disabled?: boolean | undefined
        /** RFC 3339, UTC. */
        created_at: string
        self: string
        stats: string
      }
    }
  }
  /** End this session */
  'POST /api/v1/auth/logout': {
    answer: undefined
  }
  /** End all my sessions */
  'POST /api/v1/auth/logout-all': {
    answer: undefined
  }
  /** Change my password */
  'PUT /api/v1/auth/password': {
    body: {
      current_password: string
      /** At least 8 characters. */
      new_password: string
    }
    answer: undefined
  }
  /** Ask for a link to a new password */
  'POST /api/v1/auth/password/forgot': {
    body: {
      email: string
    }
    answer: {
      status: 'accepted'
    }
  }
  /** Set a new password by link */
  'POST /api/v1/auth/password/reset': {
    body: {
      /** From the link. */
      token: string
      /** At least 8 characters. */
      new_password: string
    }
    answer: undefined
  }
  /** Rotate the refresh token */
  'POST /api/v1/auth/refresh': {
    body: {
      refresh_token: string
    }
    answer: {
      access_token: string
      refresh_token: string
      token_type: 'Bearer'
      /** Seconds until the access token runs out. */
      expires_in: number
      user: {
        /** Never used twice. */
        id: number
        username: string
        /** For its owner and administrators only. */
        email?: string | null | undefined
        /** For its owner and administrators only. */
        email_verified?: boolean | undefined
        /** For its owner and administrators only. */
        given_name?: string | null | undefined
        /** For its owner and administrators only. */
        family_name?: string | null | undefined
        gender: string | null
        /** Where the picture is. */
        profile_pic: string | null
        role: 'user' | 'admin'
        /** For administrators only. */
        disabled?: boolean | undefined
        /** RFC 3339, UTC. */
        created_at: string
        self: string
        stats: string
      }
    }
  }
  /** Make an account */
  'POST /api/v1/auth/register': {
    body: {
      /** Any script; unique without regard to case. */
      username: string
      /** At least 8 characters. */
      password: string
      email?: string | undefined
      gender?: string | null | undefined
      /** Of mails and documents. Unset at registration: taken from Accept-Language. */
      locale?: 'en' | 'es' | 'ru' | undefined
    }
    answer: {
      access_token: string
      refresh_token: string
      token_type: 'Bearer'
      /** Seconds until the access token runs out. */
      expires_in: number
      user: {
        /** Never used twice. */
        id: number
        username: string
        /** For its owner and administrators only. */
        email?: string | null | undefined
        /** For its owner and administrators only. */
        email_verified?: boolean | undefined
        /** For its owner and administrators only. */
        given_name?: string | null | undefined
        /** For its owner and administrators only. */
        family_name?: string | null | undefined
        gender: string | null
        /** Where the picture is. */
        profile_pic: string | null
        role: 'user' | 'admin'
        /** For administrators only. */
        disabled?: boolean | undefined
        /** RFC 3339, UTC. */
        created_at: string
        self: string
        stats: string
      }
    }
  }
  /** My sessions */
  'GET /api/v1/auth/sessions': {
    answer: {
      items: Array<{
        id: string
        /** RFC 3339, UTC. */
        created_at: string
        /** RFC 3339, UTC. */
        last_seen_at: string
        /** RFC 3339, UTC. */
        expires_at: string
        user_agent: string | null
        ip: string
        current: boolean
      }>
    }
  }
  /** End one of my sessions */
  'DELETE /api/v1/auth/sessions/{id}': {
    params: {
      id: string
    }
    answer: undefined
  }
  /** Make the first administrator */
  'POST /api/v1/auth/setup': {
    body: {
      /** From the link. */
      token: string
      /** Any script; unique without regard to case. */
      username: string
      /** At least 8 characters. */
      password: string
      email?: string | undefined
    }
    answer: {
      access_token: string
      refresh_token: string
      token_type: 'Bearer'
      /** Seconds until the access token runs out. */
      expires_in: number
      user: {
        /** Never used twice. */
        id: number
        username: string
        /** For its owner and administrators only. */
        email?: string | null | undefined
        /** For its owner and administrators only. */
        email_verified?: boolean | undefined
        /** For its owner and administrators only. */
        given_name?: string | null | undefined
        /** For its owner and administrators only. */
        family_name?: string | null | undefined
        gender: string | null
        /** Where the picture is. */
        profile_pic: string | null
        role: 'user' | 'admin'
        /** For administrators only. */
        disabled?: boolean | undefined
        /** RFC 3339, UTC. */
        created_at: string
        self: string
        stats: string
      }
    }
  }
  /** Record one detection, or many */
  'POST /api/v1/detections': {
    body: {
      year: number
      make: string
      model: string
      /** May be a list in text: `SUV, Wagon`. */
      category: string
      /** The producer's own id; a detection with one that is known already is that detection. Not `message:...`: so begin the ids of those that came by the queue without one. */
      source_id?: string | undefined
      /** RFC 3339; unset: now. */
      detected_at?: string | undefined
    } | Array<{
      year: number
      make: string
      model: string
      /** May be a list in text: `SUV, Wagon`. */
      category: string
      /** The producer's own id; a detection with one that is known already is that detection. Not `message:...`: so begin the ids of those that came by the queue without one. */
      source_id?: string | undefined
      /** RFC 3339; unset: now. */
      detected_at?: string | undefined
    }>
    answer: {
      /** Never used twice. */
      id: number
      year: number
      make: string
      model: string
      category: string
      source_id: string | null
      /** RFC 3339, UTC. */
      detected_at: string
    } | {
      /** New ones. */
      accepted: number
      /** Those whose source_id was known already. */
      duplicate: number
      /** Lines that are no detection. */
      refused: number
      /** The first hundred of them. */
      refusals: Array<{
        /** From 1 on. */
        line: number
        errors: Array<{
          pointer: string
          detail: string
        }>
      }>
    } | {
      /** Never used twice. */
      id: number
      year: number
      make: string
      model: string
      category: string
      source_id: string | null
      /** RFC 3339, UTC. */
      detected_at: string
    } | {
      /** New ones. */
      accepted: number
      /** Those whose source_id was known already. */
      duplicate: number
      /** In the order of the list. */
      ids: number[]
    }
  }
  /** Detections, newest first */
  'GET /api/v1/detections': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      /** Beside a cursor it counts for nothing. */
      skip?: number | undefined
      /** Without regard to case. */
      make?: string | undefined
      /** Any part of the category, without regard to case. */
      category?: string | undefined
      /** Detected then or later. With `from` or `to` the latest detected stand first. */
      from?: string | undefined
      /** Detected before. */
      to?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        year: number
        make: string
        model: string
        category: string
        source_id: string | null
        /** RFC 3339, UTC. */
        detected_at: string
      }>
      next_cursor: string | null
    }
  }
  /** How many of each make or category, or in each hour or day */
  'GET /api/v1/detections/stats': {
    query?: {
      by?: 'make' | 'category' | 'hour' | 'day' | undefined
      /** Detected then or later: the beginning of an hour in UTC, by day that of a day. */
      from?: string | undefined
      /** Detected before: as `from`. */
      to?: string | undefined
    }
    answer: {
      items: Array<{
        make?: string | undefined
        /** One part of categories, in lower case. */
        category?: string | undefined
        /** RFC 3339, UTC. */
        hour?: string | undefined
        /** RFC 3339, UTC. */
        day?: string | undefined
        count: number
      }>
    }
  }
  /** One detection */
  'GET /api/v1/detections/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      year: number
      make: string
      model: string
      category: string
      source_id: string | null
      /** RFC 3339, UTC. */
      detected_at: string
    }
  }
  /** Ask for a document */
  'POST /api/v1/documents': {
    body: {
      template: 'profile' | 'tasks' | 'price_list'
      /** A user, or a store for a price list. */
      subject_id: number
      /** A mail to your confirmed address when it is ready. */
      notify?: boolean | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      template: 'profile' | 'tasks' | 'price_list'
      /** Never used twice. */
      subject_id: number
      state: 'queued' | 'running' | 'ready' | 'failed'
      progress: number
      /** Why it failed. */
      error: string | null
      /** Where the file is, once it is ready. */
      url: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      finished_at: string | null
    }
  }
  /** My documents, newest first */
  'GET /api/v1/documents': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        template: 'profile' | 'tasks' | 'price_list'
        /** Never used twice. */
        subject_id: number
        state: 'queued' | 'running' | 'ready' | 'failed'
        progress: number
        /** Why it failed. */
        error: string | null
        /** Where the file is, once it is ready. */
        url: string | null
        /** RFC 3339, UTC. */
        created_at: string
        /** RFC 3339, UTC. */
        finished_at: string | null
      }>
      next_cursor: string | null
    }
  }
  /** A stream of the states of my documents */
  'GET /api/v1/documents/events': {
    query?: {
      /** The id of the last event seen: the stream goes on after it. */
      last_event_id?: string | undefined
      /** Opens the stream without an Authorization header. */
      ticket?: string | undefined
    }
    answer: string
  }
  /** One document */
  'GET /api/v1/documents/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      template: 'profile' | 'tasks' | 'price_list'
      /** Never used twice. */
      subject_id: number
      state: 'queued' | 'running' | 'ready' | 'failed'
      progress: number
      /** Why it failed. */
      error: string | null
      /** Where the file is, once it is ready. */
      url: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      finished_at: string | null
    }
  }
  /** The PDF of a document */
  'GET /api/v1/documents/{id}/file': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: Blob
  }
  /** Items of one store or of all, oldest first unless sorted */
  'GET /api/v1/items': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      /** Only those whose name has, for each word of this, one that begins with it; without case and accents. The first 10 words count. */
      q?: string | undefined
      /** Only those with a tag of this name, without regard to case. */
      tag?: string | undefined
      /** Only those of this store. */
      store_id?: number | undefined
      /** Only those of this price or more, in minor units. */
      price_min?: number | undefined
      /** Only those of this price or less, in minor units. */
      price_max?: number | undefined
      /** With `-` from the last to the first; `id` is from the oldest to the newest. */
      sort?: 'id' | '-id' | 'name' | '-name' | 'price_minor' | '-price_minor' | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        external_id: string | null
        name: string
        description: string | null
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
        store: {
          /** Never used twice. */
          id: number
          name: string
          /** ISO 4217, such as EUR. */
          currency: string
        }
        tags: Array<{
          /** Never used twice. */
          id: number
          name: string
        }>
      }>
      next_cursor: string | null
    }
  }
  /** Put an item into a store of mine */
  'POST /api/v1/items': {
    body: {
      /** What another system knows the item by, such as an article number; unique in its store. Not "#" and a number. */
      external_id?: string | null | undefined
      /** One line, not only spaces. */
      name: string
      description?: string | null | undefined
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
      /** Never used twice. */
      store_id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      external_id: string | null
      name: string
      description: string | null
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** One item */
  'GET /api/v1/items/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      external_id: string | null
      name: string
      description: string | null
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** Replace an item; its store and tags stay */
  'PUT /api/v1/items/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** What another system knows the item by, such as an article number; unique in its store. Not "#" and a number. */
      external_id?: string | null | undefined
      /** One line, not only spaces. */
      name: string
      description?: string | null | undefined
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
    }
    answer: {
      /** Never used twice. */
      id: number
      external_id: string | null
      name: string
      description: string | null
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** Change an item */
  'PATCH /api/v1/items/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** What another system knows the item by, such as an article number; unique in its store. Not "#" and a number. */
      external_id?: string | null | undefined
      /** One line, not only spaces. */
      name?: string | undefined
      description?: string | null | undefined
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor?: number | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      external_id: string | null
      name: string
      description: string | null
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** Delete an item */
  'DELETE /api/v1/items/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Put a tag on an item */
  'PUT /api/v1/items/{id}/tags/{tag_id}': {
    params: {
      /** Never used twice. */
      id: number
      /** Never used twice. */
      tag_id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      external_id: string | null
      name: string
      description: string | null
      /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
      price_minor: number
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** Take a tag off an item */
  'DELETE /api/v1/items/{id}/tags/{tag_id}': {
    params: {
      /** Never used twice. */
      id: number
      /** Never used twice. */
      tag_id: number
    }
    answer: undefined
  }
  /** Mails, newest first */
  'GET /api/v1/mails': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      /** `kept`: to be read here, sent nowhere (MAIL_URL=outbox:). `failed`: refused, or tried too often. `unknown`: it was sent and no answer came; it is not sent again unless somebody asks for that. */
      state?: 'queued' | 'sending' | 'sent' | 'kept' | 'failed' | 'unknown' | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        template: string
        to: string
        subject: string
        /** `kept`: to be read here, sent nowhere (MAIL_URL=outbox:). `failed`: refused, or tried too often. `unknown`: it was sent and no answer came; it is not sent again unless somebody asks for that. */
        state: 'queued' | 'sending' | 'sent' | 'kept' | 'failed' | 'unknown'
        /** What the mail server said last, when it did not take it. */
        error: string | null
        /** The same on every try and when it is sent again. */
        message_id: string
        /** RFC 3339, UTC. */
        created_at: string
        /** RFC 3339, UTC. */
        finished_at: string | null
      }>
      next_cursor: string | null
    }
  }
  /** One mail */
  'GET /api/v1/mails/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      template: string
      to: string
      subject: string
      /** `kept`: to be read here, sent nowhere (MAIL_URL=outbox:). `failed`: refused, or tried too often. `unknown`: it was sent and no answer came; it is not sent again unless somebody asks for that. */
      state: 'queued' | 'sending' | 'sent' | 'kept' | 'failed' | 'unknown'
      /** What the mail server said last, when it did not take it. */
      error: string | null
      /** The same on every try and when it is sent again. */
      message_id: string
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      finished_at: string | null
      /** The secret of a link is blanked, unless mail is kept here only. */
      html: string
      /** The secret of a link is blanked, unless mail is kept here only. */
      text: string
    }
  }
  /** Send it once more, under the same Message-ID */
  'POST /api/v1/mails/{id}/resend': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      template: string
      to: string
      subject: string
      /** `kept`: to be read here, sent nowhere (MAIL_URL=outbox:). `failed`: refused, or tried too often. `unknown`: it was sent and no answer came; it is not sent again unless somebody asks for that. */
      state: 'queued' | 'sending' | 'sent' | 'kept' | 'failed' | 'unknown'
      /** What the mail server said last, when it did not take it. */
      error: string | null
      /** The same on every try and when it is sent again. */
      message_id: string
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      finished_at: string | null
    }
  }
  /** All queues, by name */
  'GET /api/v1/queues': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
    }
    answer: {
      items: Array<{
        name: string
        waiting: number
        leased: number
        delayed: number
        dead: number
        /** Of the message that waits the longest. */
        oldest_age_seconds: number | null
        settings: {
          /** After so many, a message is dead. */
          max_deliveries: number
          lease_seconds: number
          ttl_seconds: number | null
        }
      }>
      next_cursor: string | null
    }
  }
  /** One queue */
  'GET /api/v1/queues/{name}': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    answer: {
      name: string
      waiting: number
      leased: number
      delayed: number
      dead: number
      /** Of the message that waits the longest. */
      oldest_age_seconds: number | null
      settings: {
        /** After so many, a message is dead. */
        max_deliveries: number
        lease_seconds: number
        ttl_seconds: number | null
      }
    }
  }
  /** Make a queue, or change it */
  'PUT /api/v1/queues/{name}': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      /** After so many, a message is dead. */
      max_deliveries: number
      lease_seconds: number
      ttl_seconds: number | null
    }
    answer: {
      name: string
      waiting: number
      leased: number
      delayed: number
      dead: number
      /** Of the message that waits the longest. */
      oldest_age_seconds: number | null
      settings: {
        /** After so many, a message is dead. */
        max_deliveries: number
        lease_seconds: number
        ttl_seconds: number | null
      }
    }
  }
  /** Delete a queue and its messages */
  'DELETE /api/v1/queues/{name}': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    answer: undefined
  }
  /** Done with these */
  'POST /api/v1/queues/{name}/ack': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      receipts: string[]
    }
    answer: {
      done: number
      stale: string[]
    }
  }
  /** Hold these longer */
  'POST /api/v1/queues/{name}/extend': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      receipts: string[]
      lease_seconds: number
    }
    answer: {
      done: number
      stale: string[]
    }
  }
  /** In and out over time */
  'GET /api/v1/queues/{name}/history': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    query?: {
      by?: 'minute' | 'hour' | undefined
      /** Minutes or hours that began then or later. */
      from?: string | undefined
    }
    answer: {
      items: Array<{
        /** RFC 3339, UTC. */
        at: string
        pushed: number
        acked: number
      }>
    }
  }
  /** Push one message, or up to 100 */
  'POST /api/v1/queues/{name}/messages': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      messages: Array<{
        /** Any JSON. */
        body: unknown
        delay_seconds?: number | undefined
        /** While a message with this id is kept, another is that one. */
        dedup_id?: string | undefined
        ttl_seconds?: number | undefined
      }>
    } | {
      /** Any JSON. */
      body: unknown
      delay_seconds?: number | undefined
      /** While a message with this id is kept, another is that one. */
      dedup_id?: string | undefined
      ttl_seconds?: number | undefined
    }
    answer: {
      ids: string[]
    }
  }
  /** Messages by state, oldest first */
  'GET /api/v1/queues/{name}/messages': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      state?: 'waiting' | 'leased' | 'delayed' | 'dead' | undefined
      /** Text that is somewhere in the body. */
      q?: string | undefined
    }
    answer: {
      items: Array<{
        id: string
        state: 'waiting' | 'leased' | 'delayed' | 'dead'
        body: unknown
        deliveries: number
        /** RFC 3339, UTC. */
        pushed_at: string
        /** RFC 3339, UTC. */
        due_at: string | null
        /** Why it was given back, or is dead. */
        reason: string | null
      }>
      next_cursor: string | null
    }
  }
  /** Edit a dead message */
  'PATCH /api/v1/queues/{name}/messages/{id}': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
      id: string
    }
    body: {
      body: unknown
    }
    answer: {
      id: string
      body: unknown
    }
  }
  /** Give these back */
  'POST /api/v1/queues/{name}/nack': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      receipts: string[]
      delay_seconds?: number | undefined
      reason?: string | undefined
    }
    answer: {
      done: number
      stale: string[]
    }
  }
  /** Take one message for good */
  'POST /api/v1/queues/{name}/pop': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    answer: {
      id: string
      body: unknown
    } | undefined
  }
  /** Remove every message */
  'POST /api/v1/queues/{name}/purge': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      /** The queue's name again. */
      name: string
    }
    answer: {
      purged: number
    }
  }
  /** Lease messages */
  'POST /api/v1/queues/{name}/receive': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      max?: number | undefined
      lease_seconds?: number | undefined
      wait_seconds?: number | undefined
    }
    answer: {
      messages: Array<{
        id: string
        /** Names this delivery; acknowledge with it. */
        receipt: string
        body: unknown
        deliveries: number
        /** RFC 3339, UTC. */
        pushed_at: string
      }>
    }
  }
  /** Let dead messages wait again */
  'POST /api/v1/queues/{name}/redrive': {
    params: {
      /** Letters, digits, `_`, `.` and `-`. */
      name: string
    }
    body: {
      /** Unset: all. */
      ids?: string[] | undefined
    }
    answer: {
      redriven: number
    }
  }
  /** Stores, oldest first */
  'GET /api/v1/stores': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      /** Only those whose name has, for each word of this, one that begins with it; without case and accents. The first 10 words count. */
      q?: string | undefined
      /** Only mine. */
      owner?: 'me' | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
        items: Array<{
          /** Never used twice. */
          id: number
          name: string
          /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
          price_minor: number
        }>
        tags: Array<{
          /** Never used twice. */
          id: number
          name: string
        }>
      }>
      next_cursor: string | null
    }
  }
  /** Open a store of mine */
  'POST /api/v1/stores': {
    body: {
      /** One line; unique without regard to case and spacing. */
      name: string
      /** ISO 4217, such as EUR. */
      currency?: string | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      /** ISO 4217, such as EUR. */
      currency: string
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
      }>
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** One store */
  'GET /api/v1/stores/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      /** ISO 4217, such as EUR. */
      currency: string
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
      }>
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** Change a store of mine */
  'PATCH /api/v1/stores/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** One line; unique without regard to case and spacing. */
      name?: string | undefined
      /** ISO 4217, such as EUR. */
      currency?: string | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      /** ISO 4217, such as EUR. */
      currency: string
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
      }>
      tags: Array<{
        /** Never used twice. */
        id: number
        name: string
      }>
    }
  }
  /** Delete a store of mine with its items and tags */
  'DELETE /api/v1/stores/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Items of a store for a spreadsheet */
  'GET /api/v1/stores/{id}/items.csv': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: string
  }
  /** Make and change items of a store of mine by a spreadsheet */
  'POST /api/v1/stores/{id}/items/import': {
    params: {
      /** Never used twice. */
      id: number
    }
    query?: {
      /** Tell what would happen, and change nothing. */
      dry_run?: boolean | undefined
    }
    answer: {
      dry_run: boolean
      created: number
      updated: number
      /** Rows that say what is there already. */
      unchanged: number
      tags_created: number
    }
  }
  /** Tags of a store, oldest first */
  'GET /api/v1/stores/{id}/tags': {
    params: {
      /** Never used twice. */
      id: number
    }
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        store: {
          /** Never used twice. */
          id: number
          name: string
          /** ISO 4217, such as EUR. */
          currency: string
        }
        items: Array<{
          /** Never used twice. */
          id: number
          name: string
          /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
          price_minor: number
        }>
      }>
      next_cursor: string | null
    }
  }
  /** Make a tag for a store of mine */
  'POST /api/v1/stores/{id}/tags': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** One line; unique without regard to case and spacing. */
      name: string
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
      }>
    }
  }
  /** One tag with its items */
  'GET /api/v1/tags/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
      }>
    }
  }
  /** Rename a tag */
  'PATCH /api/v1/tags/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** One line; unique without regard to case and spacing. */
      name: string
    }
    answer: {
      /** Never used twice. */
      id: number
      name: string
      store: {
        /** Never used twice. */
        id: number
        name: string
        /** ISO 4217, such as EUR. */
        currency: string
      }
      items: Array<{
        /** Never used twice. */
        id: number
        name: string
        /** In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY. */
        price_minor: number
      }>
    }
  }
  /** Delete a tag that is on no item */
  'DELETE /api/v1/tags/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** My tasks, newest first unless sorted */
  'GET /api/v1/tasks': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
      /** Only those that are done, or only those that are not. */
      done?: boolean | undefined
      /** Only those whose text has this in it, in upper or lower case. */
      q?: string | undefined
      /** Only those that are due at this time or later. */
      due_after?: string | undefined
      /** Only those that are due before this time. */
      due_before?: string | undefined
      /** With `-` from the last to the first. What has no day is due after all others; text is compared without case. */
      sort?: '-created_at' | 'created_at' | '-due_at' | 'due_at' | '-text' | 'text' | '-updated_at' | 'updated_at' | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        /** The username. */
        author: string
        text: string
        done: boolean
        /** RFC 3339, UTC. */
        due_at: string | null
        /** RFC 3339, UTC. */
        created_at: string
        /** RFC 3339, UTC. */
        updated_at: string
        /** The number of its last change; see `/tasks/changes`. */
        change: number
      }>
      next_cursor: string | null
    }
  }
  /** Make a task */
  'POST /api/v1/tasks': {
    body: {
      /** 1 to 200 characters, not only spaces. */
      text: string
      done?: boolean | undefined
      /** RFC 3339, UTC. */
      due_at?: string | null | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      /** The username. */
      author: string
      text: string
      done: boolean
      /** RFC 3339, UTC. */
      due_at: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      updated_at: string
      /** The number of its last change; see `/tasks/changes`. */
      change: number
    }
  }
  /** Make or complete many tasks at once */
  'POST /api/v1/tasks/batch': {
    body: {
      /** Tasks to make. */
      create?: Array<{
        /** 1 to 200 characters, not only spaces. */
        text: string
        done?: boolean | undefined
        /** RFC 3339, UTC. */
        due_at?: string | null | undefined
      }> | undefined
      /** Ids of tasks that are done. */
      complete?: number[] | undefined
    }
    answer: {
      /** In the order of `create`. */
      created: Array<{
        /** Never used twice. */
        id: number
        /** The username. */
        author: string
        text: string
        done: boolean
        /** RFC 3339, UTC. */
        due_at: string | null
        /** RFC 3339, UTC. */
        created_at: string
        /** RFC 3339, UTC. */
        updated_at: string
        /** The number of its last change; see `/tasks/changes`. */
        change: number
      }>
      /** In the order of `complete`. */
      completed: Array<{
        /** Never used twice. */
        id: number
        outcome: 'completed' | 'already_done' | 'not_found'
        task: {
          /** Never used twice. */
          id: number
          /** The username. */
          author: string
          text: string
          done: boolean
          /** RFC 3339, UTC. */
          due_at: string | null
          /** RFC 3339, UTC. */
          created_at: string
          /** RFC 3339, UTC. */
          updated_at: string
          /** The number of its last change; see `/tasks/changes`. */
          change: number
        } | null
      }>
    }
  }
  /** What happened to my tasks since then, deletions too */
  'GET /api/v1/tasks/changes': {
    query?: {
      /** The `next_since` of the answer before; 0 or nothing at first. */
      since?: string | undefined
      /** Changes in one answer. */
      limit?: number | undefined
    }
    answer: {
      /** Oldest first; of each task only its last change. */
      items: Array<{
        /** Rises with every change of the owner. */
        change: number
        /** Never used twice. */
        id: number
        deleted: boolean
        task: {
          /** Never used twice. */
          id: number
          /** The username. */
          author: string
          text: string
          done: boolean
          /** RFC 3339, UTC. */
          due_at: string | null
          /** RFC 3339, UTC. */
          created_at: string
          /** RFC 3339, UTC. */
          updated_at: string
          /** The number of its last change; see `/tasks/changes`. */
          change: number
        } | null
      }>
      /** For the next request. */
      next_since: string
      /** Ask again at once. */
      has_more: boolean
    }
  }
  /** My tasks for a spreadsheet */
  'GET /api/v1/tasks/export.csv': {
    query?: {
      /** Only those that are done, or only those that are not. */
      done?: boolean | undefined
      /** Only those whose text has this in it, in upper or lower case. */
      q?: string | undefined
      /** Only those that are due at this time or later. */
      due_after?: string | undefined
      /** Only those that are due before this time. */
      due_before?: string | undefined
    }
    answer: string
  }
  /** My tasks for a calendar */
  'GET /api/v1/tasks/export.ics': {
    query?: {
      /** Only those that are done, or only those that are not. */
      done?: boolean | undefined
      /** Only those whose text has this in it, in upper or lower case. */
      q?: string | undefined
      /** Only those that are due at this time or later. */
      due_after?: string | undefined
      /** Only those that are due before this time. */
      due_before?: string | undefined
    }
    answer: string
  }
  /** One task */
  'GET /api/v1/tasks/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      /** The username. */
      author: string
      text: string
      done: boolean
      /** RFC 3339, UTC. */
      due_at: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      updated_at: string
      /** The number of its last change; see `/tasks/changes`. */
      change: number
    }
  }
  /** Replace a task */
  'PUT /api/v1/tasks/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** 1 to 200 characters, not only spaces. */
      text: string
      done?: boolean | undefined
      /** RFC 3339, UTC. */
      due_at?: string | null | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      /** The username. */
      author: string
      text: string
      done: boolean
      /** RFC 3339, UTC. */
      due_at: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      updated_at: string
      /** The number of its last change; see `/tasks/changes`. */
      change: number
    }
  }
  /** Change a task */
  'PATCH /api/v1/tasks/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** 1 to 200 characters, not only spaces. */
      text?: string | undefined
      done?: boolean | undefined
      /** RFC 3339, UTC. */
      due_at?: string | null | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      /** The username. */
      author: string
      text: string
      done: boolean
      /** RFC 3339, UTC. */
      due_at: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      updated_at: string
      /** The number of its last change; see `/tasks/changes`. */
      change: number
    }
  }
  /** Delete a task */
  'DELETE /api/v1/tasks/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** List users */
  'GET /api/v1/users': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        username: string
        /** For its owner and administrators only. */
        email?: string | null | undefined
        /** For its owner and administrators only. */
        email_verified?: boolean | undefined
        /** For its owner and administrators only. */
        given_name?: string | null | undefined
        /** For its owner and administrators only. */
        family_name?: string | null | undefined
        gender: string | null
        /** Where the picture is. */
        profile_pic: string | null
        role: 'user' | 'admin'
        /** For administrators only. */
        disabled?: boolean | undefined
        /** RFC 3339, UTC. */
        created_at: string
        self: string
        stats: string
      }>
      next_cursor: string | null
    }
  }
  /** Who I am */
  'GET /api/v1/users/me': {
    answer: {
      /** Never used twice. */
      id: number
      username: string
      /** For its owner and administrators only. */
      email?: string | null | undefined
      /** For its owner and administrators only. */
      email_verified?: boolean | undefined
      /** For its owner and administrators only. */
      given_name?: string | null | undefined
      /** For its owner and administrators only. */
      family_name?: string | null | undefined
      gender: string | null
      /** Where the picture is. */
      profile_pic: string | null
      role: 'user' | 'admin'
      /** For administrators only. */
      disabled?: boolean | undefined
      /** RFC 3339, UTC. */
      created_at: string
      self: string
      stats: string
    }
  }
  /** One user */
  'GET /api/v1/users/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      username: string
      /** For its owner and administrators only. */
      email?: string | null | undefined
      /** For its owner and administrators only. */
      email_verified?: boolean | undefined
      /** For its owner and administrators only. */
      given_name?: string | null | undefined
      /** For its owner and administrators only. */
      family_name?: string | null | undefined
      gender: string | null
      /** Where the picture is. */
      profile_pic: string | null
      role: 'user' | 'admin'
      /** For administrators only. */
      disabled?: boolean | undefined
      /** RFC 3339, UTC. */
      created_at: string
      self: string
      stats: string
    }
  }
  /** Change a user */
  'PATCH /api/v1/users/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** Any script; unique without regard to case. */
      username?: string | undefined
      email?: string | null | undefined
      given_name?: string | null | undefined
      family_name?: string | null | undefined
      gender?: string | null | undefined
      /** Of mails and documents. Unset at registration: taken from Accept-Language. */
      locale?: 'en' | 'es' | 'ru' | undefined
      role?: 'user' | 'admin' | undefined
      disabled?: boolean | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      username: string
      /** For its owner and administrators only. */
      email?: string | null | undefined
      /** For its owner and administrators only. */
      email_verified?: boolean | undefined
      /** For its owner and administrators only. */
      given_name?: string | null | undefined
      /** For its owner and administrators only. */
      family_name?: string | null | undefined
      gender: string | null
      /** Where the picture is. */
      profile_pic: string | null
      role: 'user' | 'admin'
      /** For administrators only. */
      disabled?: boolean | undefined
      /** RFC 3339, UTC. */
      created_at: string
      self: string
      stats: string
    }
  }
  /** Replace what a user wrote of themselves */
  'PUT /api/v1/users/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      /** Any script; unique without regard to case. */
      username: string
      email?: string | null | undefined
      given_name?: string | null | undefined
      family_name?: string | null | undefined
      gender?: string | null | undefined
      /** Of mails and documents. Unset at registration: taken from Accept-Language. */
      locale?: 'en' | 'es' | 'ru' | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      username: string
      /** For its owner and administrators only. */
      email?: string | null | undefined
      /** For its owner and administrators only. */
      email_verified?: boolean | undefined
      /** For its owner and administrators only. */
      given_name?: string | null | undefined
      /** For its owner and administrators only. */
      family_name?: string | null | undefined
      gender: string | null
      /** Where the picture is. */
      profile_pic: string | null
      role: 'user' | 'admin'
      /** For administrators only. */
      disabled?: boolean | undefined
      /** RFC 3339, UTC. */
      created_at: string
      self: string
      stats: string
    }
  }
  /** Delete a user and all that is theirs */
  'DELETE /api/v1/users/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Ask for a user's profile */
  'POST /api/v1/users/{id}/pdf': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      template: 'profile' | 'tasks' | 'price_list'
      /** Never used twice. */
      subject_id: number
      state: 'queued' | 'running' | 'ready' | 'failed'
      progress: number
      /** Why it failed. */
      error: string | null
      /** Where the file is, once it is ready. */
      url: string | null
      /** RFC 3339, UTC. */
      created_at: string
      /** RFC 3339, UTC. */
      finished_at: string | null
    }
  }
  /** The newest PDF of a user's profile */
  'GET /api/v1/users/{id}/pdf': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: Blob
  }
  /** A user's picture */
  'GET /api/v1/users/{id}/picture': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: Blob
  }
  /** Remove a user's picture */
  'DELETE /api/v1/users/{id}/picture': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Set a user's picture */
  'PUT /api/v1/users/{id}/picture': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** Statistics */
  'GET /api/v1/users/{id}/stats': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      session_count: number
      victory_count: number
      loss_count: number
      /** Seconds. */
      total_time: number
    }
  }
  /** Change statistics */
  'PATCH /api/v1/users/{id}/stats': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      session_count?: number | undefined
      victory_count?: number | undefined
      loss_count?: number | undefined
      total_time?: number | undefined
    }
    answer: {
      session_count: number
      victory_count: number
      loss_count: number
      /** Seconds. */
      total_time: number
    }
  }
  /** Replace statistics */
  'PUT /api/v1/users/{id}/stats': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      session_count: number
      victory_count: number
      loss_count: number
      total_time: number
    }
    answer: {
      session_count: number
      victory_count: number
      loss_count: number
      /** Seconds. */
      total_time: number
    }
  }
  /** Add to statistics */
  'POST /api/v1/users/{id}/stats/increments': {
    params: {
      /** Never used twice. */
      id: number
    }
    body: {
      session_count?: number | undefined
      victory_count?: number | undefined
      loss_count?: number | undefined
      total_time?: number | undefined
    }
    answer: {
      session_count: number
      victory_count: number
      loss_count: number
      /** Seconds. */
      total_time: number
    }
  }
  /** Webhooks, newest first */
  'GET /api/v1/webhooks': {
    query?: {
      /** Items on a page. */
      limit?: number | undefined
      /** The next_cursor of the page before. */
      cursor?: string | undefined
    }
    answer: {
      items: Array<{
        /** Never used twice. */
        id: number
        url: string
        rule_id: number | null
        /** RFC 3339, UTC. */
        created_at: string
        last_delivery: {
          /** Never used twice. */
          alert_id: number
          /** RFC 3339, UTC. */
          at: string
          /** What was answered; null: nothing was. */
          status: number | null
          /** Why it was not delivered; null: it was. */
          error: string | null
        } | null
      }>
      next_cursor: string | null
    }
  }
  /** Have alerts posted to an address */
  'POST /api/v1/webhooks': {
    body: {
      /** http:// or https://, at a public address unless WEBHOOK_ALLOW_PRIVATE is true. */
      url: string
      /** Alerts of that rule only; it goes with its rule. */
      rule_id?: number | null | undefined
      /** `whsec_` and 24 to 64 bytes in base64; unset: one is made. */
      secret?: string | undefined
    }
    answer: {
      /** Never used twice. */
      id: number
      url: string
      rule_id: number | null
      /** RFC 3339, UTC. */
      created_at: string
      last_delivery: {
        /** Never used twice. */
        alert_id: number
        /** RFC 3339, UTC. */
        at: string
        /** What was answered; null: nothing was. */
        status: number | null
        /** Why it was not delivered; null: it was. */
        error: string | null
      } | null
      /** What alerts are signed with. Shown this once. */
      secret: string
    }
  }
  /** One webhook, and how its last delivery went */
  'GET /api/v1/webhooks/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: {
      /** Never used twice. */
      id: number
      url: string
      rule_id: number | null
      /** RFC 3339, UTC. */
      created_at: string
      last_delivery: {
        /** Never used twice. */
        alert_id: number
        /** RFC 3339, UTC. */
        at: string
        /** What was answered; null: nothing was. */
        status: number | null
        /** Why it was not delivered; null: it was. */
        error: string | null
      } | null
    }
  }
  /** Delete a webhook */
  'DELETE /api/v1/webhooks/{id}': {
    params: {
      /** Never used twice. */
      id: number
    }
    answer: undefined
  }
  /** The process is alive */
  'GET /livez': {
    answer: {
      status: string
      missing: string[]
    }
  }
  /** Everything the process needs answers */
  'GET /readyz': {
    answer: {
      status: string
      missing: string[]
    }
  }
}

/** RFC 9457. */
export type ProblemDocument = {
  type: string
  title: string
  status: number
  /** Stable; what a program decides by. */
  code: string
  detail: string
  errors?: Array<{
    pointer?: string | undefined
    detail?: string | undefined
  }> | undefined
  request_id: string
}
