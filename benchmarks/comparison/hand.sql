-- The like of the pack's rules as somebody would write them by hand for DuckDB: one statement a rule, straight from the Parquet files.
-- {ledger} stands for what stands in a ledger: its files, less the rows that were replaced. The day is 31 December 2020; parameters are written in.
-- Each gives the columns by which it is compared with the rule's own answer.

-- rule: dup_payment_same_period
SELECT payee_id AS subject, programme, for_month AS month, sum(amount) AS amount, min(_seq) AS "left"
FROM {payment} WHERE coalesce(status, '成功') <> '退回' AND coalesce(kind, '正常') <> '补发'
GROUP BY payee_id, programme, for_month HAVING count(*) > 1

-- rule: deceased_paid
WITH told AS (
  SELECT id_number, died_on FROM {death_record} WHERE source <> '村报'
  UNION ALL SELECT id_number, died_on FROM {resident} WHERE died_on IS NOT NULL AND coalesce(death_source, '') <> '村报'),
dead AS (
  SELECT id_number, min(died_on) AS died_on FROM (
    FROM told UNION ALL SELECT l.right_id, t.died_on FROM told t JOIN {person_link} l ON l.left_id = t.id_number AND l.decision = '同一人'
    UNION ALL SELECT l.left_id, t.died_on FROM told t JOIN {person_link} l ON l.right_id = t.id_number AND l.decision = '同一人') GROUP BY 1),
grace AS (SELECT programme, max(coalesce(grace_months, 0)) AS months FROM {fund_catalogue} WHERE starts_on <= DATE '2020-12-31' GROUP BY 1)
SELECT p.payee_id AS subject, p.programme, p.for_month AS month, p.amount, p._seq AS "left"
FROM {payment} p JOIN dead d ON d.id_number = p.payee_id LEFT JOIN grace g ON g.programme = p.programme
WHERE coalesce(p.status, '成功') <> '退回' AND p.for_month > strftime(d.died_on + to_months(CAST(coalesce(g.months, 0) AS INTEGER)), '%Y-%m')
  AND NOT regexp_matches(p.programme, '丧葬|殡葬|抚恤|死亡')

-- rule: custody_paid
WITH held AS (
  SELECT id_number, from_on, to_on FROM {custody_record} WHERE kind IN ('服刑', '羁押', '强制隔离戒毒') AND coalesce(outcome, '执行中') <> '无罪或撤案'),
paid AS (
  SELECT payee_id, programme, for_month, sum(amount) AS amount, min(_seq) AS row FROM {payment}
  WHERE coalesce(status, '成功') <> '退回' AND payee_id IN (SELECT id_number FROM held) GROUP BY ALL),
inside AS (
  SELECT p.*, f.custody_stops AS stops, coalesce(f.target, '按人') AS target FROM paid p JOIN held h ON h.id_number = p.payee_id
  LEFT JOIN {fund_catalogue} f ON f.programme = p.programme
  WHERE p.for_month >= strftime(h.from_on + to_months(CAST(coalesce(f.grace_months, 0) AS INTEGER)), '%Y-%m')
    AND (h.to_on IS NULL OR CAST(p.for_month || '-01' AS DATE) < h.to_on)),
roll AS (
  SELECT '低保金' AS programme, id_number, enrolled_on AS since, left_on AS until FROM {subsistence_allowance}
  UNION ALL SELECT '特困供养金', id_number, enrolled_on, left_on FROM {destitute_support}
  UNION ALL SELECT programme, id_number, granted_on, stopped_on FROM {disability_subsidy}
  UNION ALL SELECT programme, id_number, enrolled_on, left_on FROM {benefit_enrolment})
SELECT DISTINCT i.payee_id AS subject, i.programme, i.for_month AS month, i.amount, i.row AS "left" FROM inside i
WHERE i.stops OR (i.stops IS NULL AND (i.target = '按人' OR (i.target = '按户' AND EXISTS (
  SELECT 1 FROM roll r WHERE r.id_number = i.payee_id AND r.programme = i.programme AND left(CAST(r.since AS VARCHAR), 7) <= i.for_month
    AND (r.until IS NULL OR i.for_month <= left(CAST(r.until AS VARCHAR), 7))))))

-- rule: age_out_of_range
WITH limits AS (SELECT programme, age_from, age_to FROM {fund_catalogue} WHERE age_from IS NOT NULL OR age_to IS NOT NULL),
roll AS (
  SELECT '低保金' AS programme, id_number, enrolled_on AS since, left_on AS until, _seq AS row FROM {subsistence_allowance}
  UNION ALL SELECT '特困供养金', id_number, enrolled_on, left_on, _seq FROM {destitute_support}
  UNION ALL SELECT programme, id_number, granted_on, stopped_on, _seq FROM {disability_subsidy}
  UNION ALL SELECT programme, id_number, enrolled_on, left_on, _seq FROM {benefit_enrolment}),
claims AS (
  SELECT payee_id AS id_number, programme, for_month AS month, amount, _seq AS row FROM {payment}
  WHERE programme IN (SELECT programme FROM limits) AND coalesce(status, '成功') <> '退回'
    AND payee_id NOT IN (SELECT agent_id FROM {entitlement_agent} WHERE kind = '监护')
  UNION ALL SELECT id_number, programme, '2020-12', 0, row FROM roll WHERE programme IN (SELECT programme FROM limits)
    AND left(CAST(since AS VARCHAR), 7) <= '2020-12' AND (until IS NULL OR until > DATE '2020-12-31')),
aged AS (
  SELECT c.*, age_from, age_to, date_diff('month', TRY_CAST(substr(id_number, 7, 4) || '-' || substr(id_number, 11, 2) || '-' || substr(id_number, 13, 2) AS DATE)
    + INTERVAL 1 MONTH - INTERVAL 1 DAY, CAST(month || '-01' AS DATE)) // 12 AS years,
    left(strftime(CAST(month || '-01' AS DATE) - INTERVAL 8 MONTH, '%Y-%m'), 4) AS school_year
  FROM claims c JOIN limits USING (programme)),
studying AS (
  SELECT id_number, for_year FROM {school_age_child} WHERE enrolled UNION ALL SELECT id_number, NULL FROM {resident} WHERE presence = '外出就学'
  UNION ALL SELECT id_number, NULL FROM {student_status} WHERE status = '在籍'
  UNION ALL SELECT id_number, NULL FROM {assisted_person} WHERE coalesce(schooling, '非在校') <> '非在校' AND removed_on IS NULL)
SELECT id_number AS subject, programme, month, sum(amount) AS amount, min(row) AS "left" FROM aged a
WHERE (years < age_from OR years > age_to) AND NOT (years > age_to AND EXISTS (
  SELECT 1 FROM studying s WHERE s.id_number = a.id_number AND (s.for_year IS NULL OR s.for_year = a.school_year)))
GROUP BY id_number, programme, month, years, age_from, age_to

-- rule: payroll_low_income
WITH rolls AS (
  SELECT id_number, scheme AS programme, enrolled_on AS since, least(coalesce(left_on, DATE '2021-01-01'), DATE '2021-01-01') AS until, _seq AS row
  FROM {subsistence_allowance} WHERE enrolled_on <= DATE '2020-12-31'
  UNION ALL SELECT id_number, '特困供养', enrolled_on, least(coalesce(left_on, DATE '2021-01-01'), DATE '2021-01-01'), _seq
  FROM {destitute_support} WHERE enrolled_on <= DATE '2020-12-31'
  UNION ALL SELECT p.id_number, '防返贫监测', greatest(p.registered_on, h.registered_on),
    least(coalesce(p.removed_on, DATE '2021-01-01'), coalesce(h.removed_on, DATE '2021-01-01'), DATE '2021-01-01'), p._seq
  FROM {assisted_person} p JOIN {assisted_household} h USING (household)
  WHERE coalesce(h.monitoring, '无') <> '无' AND p.registered_on <= DATE '2020-12-31' AND h.registered_on <= DATE '2020-12-31'
  UNION ALL SELECT owner_id, '农村危房改造补助', date_trunc('month', coalesce(approved_on, listed_on)),
    least(date_trunc('month', coalesce(approved_on, listed_on)) + INTERVAL 1 MONTH, DATE '2021-01-01'), _seq
  FROM {housing_renovation} WHERE coalesce(outcome, '') <> '鉴定撤销' AND coalesce(approved_on, listed_on) <= DATE '2020-12-31'
    AND (approved_on IS NOT NULL OR paid_on IS NOT NULL OR coalesce(subsidy, 0) > 0)),
posts AS (
  SELECT id_number, started_on AS since, least(coalesce(ended_on, DATE '2021-01-01'), DATE '2021-01-01') AS until FROM {payroll}
  WHERE kind <> '公益性岗位' AND (kind NOT IN ('聘用人员', '临时人员') OR wage IS NULL OR wage > 1500)
  UNION ALL SELECT id_number, started_on, least(coalesce(ended_on, DATE '2021-01-01'), DATE '2021-01-01') FROM {cadre} WHERE kind IN ('公务员', '事业编制')),
overlap AS (
  SELECT r.id_number, r.programme, r.row, greatest(r.since, p.since) AS since, least(r.until, p.until) AS until
  FROM rolls r JOIN posts p USING (id_number) WHERE r.since < p.until AND p.since < r.until)
SELECT id_number AS subject, programme, min(left(CAST(CAST(first AS DATE) AS VARCHAR), 7)) AS month, min(row) AS "left"
FROM (SELECT *, CASE WHEN day(since) = 1 THEN since ELSE date_trunc('month', since) + INTERVAL 1 MONTH END AS first FROM overlap) WHERE first < until GROUP BY ALL

-- rule: cadre_low_income
WITH rolls AS (
  SELECT id_number, scheme AS programme, enrolled_on AS since, least(coalesce(left_on, DATE '2021-01-01'), DATE '2021-01-01') AS until, _seq AS row,
    regexp_replace(coalesce(filing, ''), '\s', '', 'g') NOT IN ('', '无', '/') AND coalesce(reason, '') = '因病' AS filed
  FROM {subsistence_allowance} WHERE enrolled_on <= DATE '2020-12-31'
  UNION ALL SELECT id_number, '特困供养', enrolled_on, least(coalesce(left_on, DATE '2021-01-01'), DATE '2021-01-01'), _seq, false
  FROM {destitute_support} WHERE enrolled_on <= DATE '2020-12-31'),
overlap AS (
  SELECT r.id_number, programme, r.row, greatest(r.since, c.started_on) AS since, least(r.until, coalesce(c.ended_on, DATE '2021-01-01')) AS until
  FROM rolls r JOIN {cadre} c ON c.id_number = r.id_number WHERE (c.level = '村' OR c.kind = '村干部') AND NOT r.filed)
SELECT id_number AS subject, programme, min(left(CAST(CAST(first AS DATE) AS VARCHAR), 7)) AS month, min(row) AS "left"
FROM (SELECT *, CASE WHEN day(since) = 1 THEN since ELSE date_trunc('month', since) + INTERVAL 1 MONTH END AS first FROM overlap WHERE since < until)
WHERE first < until GROUP BY ALL

-- rule: car_low_income
WITH rolls AS (
  SELECT id_number, household, scheme AS programme, enrolled_on AS since, least(coalesce(left_on, DATE '2021-01-01'), DATE '2021-01-01') AS until, _seq AS row
  FROM {subsistence_allowance} WHERE enrolled_on <= DATE '2020-12-31'
  UNION ALL SELECT id_number, household, '特困供养', enrolled_on, least(coalesce(left_on, DATE '2021-01-01'), DATE '2021-01-01'), _seq
  FROM {destitute_support} WHERE enrolled_on <= DATE '2020-12-31'),
cars AS (
  SELECT owner_id, since, until FROM (
    SELECT owner_id, registered_on AS since, least(coalesce(ended_on, DATE '2021-01-01'), coalesce(insured_to + 365, DATE '2021-01-01'), DATE '2021-01-01',
      CASE WHEN value IS NULL THEN CAST(date_trunc('month', coalesce(made_on, registered_on) + INTERVAL 180 MONTH) AS DATE) ELSE DATE '2021-01-01' END) AS until
    FROM {vehicle} WHERE kind NOT IN ('摩托车', '三轮汽车', '拖拉机', '电动自行车', '残疾人专用车')
      AND (coalesce(status, '正常') = '正常' OR ended_on IS NOT NULL) AND (value IS NULL OR value >= 20000)) WHERE since < until),
members AS (
  SELECT household, id_number, coalesce(joined_on, moved_in_on, registered_on) AS since, coalesce(left_on, died_on, moved_out_on, DATE '2021-01-01') AS until
  FROM {resident} WHERE id_number IN (SELECT owner_id FROM cars)
  UNION ALL SELECT household, id_number, since, until FROM rolls WHERE id_number IN (SELECT owner_id FROM cars)),
overlap AS (
  SELECT r.household, r.programme, r.row, greatest(r.since, m.since, c.since) AS since, least(r.until, m.until, c.until) AS until
  FROM rolls r JOIN members m USING (household) JOIN cars c ON c.owner_id = m.id_number)
SELECT household AS subject, programme, min(left(CAST(CAST(first AS DATE) AS VARCHAR), 7)) AS month
FROM (SELECT *, CASE WHEN day(since) = 1 THEN since ELSE date_trunc('month', since) + INTERVAL 1 MONTH END AS first FROM overlap WHERE since < until)
WHERE first < until GROUP BY ALL

-- rule: tekun_and_dibao
WITH overlap AS (
  SELECT a.id_number, greatest(a.enrolled_on, b.enrolled_on) AS since, least(coalesce(a.left_on, b.left_on), coalesce(b.left_on, a.left_on)) AS until, a._seq AS row
  FROM {subsistence_allowance} a JOIN {destitute_support} b USING (id_number))
SELECT id_number AS subject, '低保金、特困供养金' AS programme, strftime(since + INTERVAL 1 MONTH, '%Y-%m') AS month, row AS "left" FROM overlap
WHERE (until IS NULL OR since < until) AND strftime(since + INTERVAL 1 MONTH, '%Y-%m') <=
  CASE WHEN until IS NULL OR until > DATE '2020-12-31' THEN '2020-12' ELSE left(CAST(until - 1 AS VARCHAR), 7) END

-- rule: dual_medical
WITH cover AS (
  SELECT id_number, CASE scheme WHEN '职工医保' THEN '职工' WHEN '城乡居民医保' THEN '居民' ELSE '异地居民' END AS kind, '本镇' AS place,
    covered_from AS since, covered_to AS until, _seq AS row FROM {medical_insurance}
  UNION ALL SELECT id_number, CASE scheme WHEN '职工医保' THEN '职工' WHEN '居民医保' THEN '异地居民' ELSE scheme END, place, covered_from, covered_to, _seq
  FROM {insured_elsewhere}),
several AS (SELECT id_number FROM cover GROUP BY 1 HAVING count(DISTINCT kind) > 1 OR count(DISTINCT place) FILTER (place <> '本镇') > 1),
mine AS (SELECT * FROM cover SEMI JOIN several USING (id_number)),
pairs AS (
  SELECT a.id_number, greatest(a.since, b.since) AS since, least(coalesce(a.until, b.until), coalesce(b.until, a.until)) AS until, a.row
  FROM mine a JOIN mine b ON b.id_number = a.id_number AND a.row < b.row
  WHERE a.kind <> b.kind OR (a.place <> '本镇' AND b.place <> '本镇' AND a.place <> b.place)),
months AS (
  SELECT id_number, row, CASE WHEN day(since) = 1 THEN left(CAST(since AS VARCHAR), 7) ELSE strftime(since + INTERVAL 1 MONTH, '%Y-%m') END AS first,
    CASE WHEN until IS NULL OR until > DATE '2020-12-31' THEN '2020-12' ELSE strftime(until - INTERVAL 1 MONTH, '%Y-%m') END AS last FROM pairs)
SELECT id_number AS subject, min(first) AS month, min(row) AS "left" FROM months WHERE first <= last GROUP BY 1

-- rule: dup_household_program
SELECT household AS subject, programme, min(for_month) AS month, sum(amount) AS amount, min(_seq) AS "left" FROM (
  SELECT p.household, p.programme, p.payee_id, p.for_month, p.amount, p._seq, CASE f.cycle WHEN '按年' THEN left(p.for_month, 4)
    WHEN '按季' THEN left(p.for_month, 4) || (CAST(right(p.for_month, 2) AS INTEGER) - 1) // 3 ELSE p.for_month END AS period
  FROM {payment} p JOIN {fund_catalogue} f ON f.programme = p.programme
  WHERE (f.unit = '户' OR (f.unit IS NULL AND f.target = '按户')) AND p.household IS NOT NULL AND coalesce(p.status, '成功') <> '退回'
    AND coalesce(p.kind, '正常') <> '补发') GROUP BY household, programme, period HAVING count(DISTINCT payee_id) > 1

-- rule: moved_out_paid
WITH gone AS (SELECT id_number, moved_out_on, moved_in_on FROM {resident} WHERE moved_out_on IS NOT NULL AND coalesce(presence, '常住') <> '外出就学')
SELECT p.payee_id AS subject, p.programme, p.for_month AS month, sum(p.amount) AS amount, min(p._seq) AS "left"
FROM {payment} p JOIN gone r ON r.id_number = p.payee_id LEFT JOIN {fund_catalogue} f ON f.programme = p.programme
WHERE coalesce(p.status, '成功') <> '退回' AND p.for_month > strftime(r.moved_out_on + to_months(CAST(coalesce(f.grace_months, 0) AS INTEGER)), '%Y-%m')
  AND coalesce(f.local_only, true)
  AND NOT coalesce(r.moved_in_on >= r.moved_out_on AND p.for_month >= left(CAST(r.moved_in_on AS VARCHAR), 7), false)
GROUP BY ALL

-- rule: settled_abroad_paid
WITH abroad AS (SELECT id_number, settled_on, returned_on FROM {settled_abroad} WHERE coalesce(kind, '定居') = '定居'),
paid AS (
  SELECT payee_id, programme, for_month, sum(amount) AS amount, min(_seq) AS row FROM {payment}
  WHERE coalesce(status, '成功') <> '退回' AND payee_id IN (SELECT id_number FROM abroad) GROUP BY ALL)
SELECT DISTINCT p.payee_id AS subject, p.programme, p.for_month AS month, p.amount, p.row AS "left" FROM paid p JOIN abroad s ON s.id_number = p.payee_id
WHERE CAST(p.for_month || '-01' AS DATE) > s.settled_on AND (s.returned_on IS NULL OR p.for_month < left(CAST(s.returned_on AS VARCHAR), 7))

-- rule: vanished_household_paid
WITH by_area AS (
  SELECT p.household, p.programme, left(p.for_month, 4) AS year, p.for_month AS month, p.payee_id, p.amount AS paid, 0 AS listed, p._seq AS row
  FROM {payment} p LEFT JOIN {fund_catalogue} f ON f.programme = p.programme
  WHERE coalesce(p.status, '成功') <> '退回' AND (f.target = '按亩' OR f.unit = '亩' OR p.programme IN ('稻谷补贴', '耕地地力保护补贴'))
  UNION ALL SELECT household, programme, for_year, left(CAST(paid_on AS VARCHAR), 7), payee_id, 0, amount, _seq FROM {grain_subsidy}
  WHERE coalesce(status, '发放成功') <> '退票'),
died AS (SELECT id_number, min(died_on) AS on_day FROM (
  SELECT id_number, died_on FROM {death_record} UNION ALL SELECT id_number, died_on FROM {resident} WHERE died_on IS NOT NULL) GROUP BY 1),
members AS (
  SELECT r.household, year(r.registered_on) AS first, year(least(coalesce(r.left_on, DATE '9999-01-01'), coalesce(r.moved_out_on, DATE '9999-01-01'),
    coalesce(d.on_day, DATE '9999-01-01'))) AS last, r._seq AS row, left(r._division, 12) AS village FROM {resident} r LEFT JOIN died d USING (id_number)),
known AS (SELECT household FROM members UNION SELECT number FROM {household} WHERE left(_division, 12) IN (SELECT village FROM members)),
sums AS (
  SELECT household, programme, year, min(month) AS month, sum(paid) AS paid, sum(listed) AS listed, min(row) AS row FROM by_area b
  WHERE NOT EXISTS (SELECT 1 FROM {entitlement_agent} g WHERE g.agent_id = b.payee_id AND g.kind = '继承'
    AND (g.until_on IS NULL OR left(CAST(g.until_on AS VARCHAR), 7) > b.month)) GROUP BY ALL)
SELECT household AS subject, programme, month, greatest(paid, listed) AS amount, row AS "left" FROM sums n SEMI JOIN known USING (household)
WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.household = n.household AND m.first <= CAST(n.year AS INTEGER) AND m.last >= CAST(n.year AS INTEGER))

-- rule: plot_double_claimed
WITH claimed AS (
  SELECT plot, for_year, count(DISTINCT household) AS households, sum(verified_area) AS claimed, min(verified_on) AS on_day, min(_seq) AS row
  FROM {subsidy_declaration} WHERE verified_area > 0 GROUP BY ALL)
SELECT c.plot AS subject, left(CAST(on_day AS VARCHAR), 7) AS month, c.row AS "left" FROM claimed c LEFT JOIN {plot} p ON p.number = c.plot
WHERE c.households > 1 OR c.claimed > p.area

-- rule: subsidy_area_gt_contract
WITH paid AS (
  SELECT household, for_year, programme, sum(area) AS area, sum(amount) AS amount, min(paid_on) AS on_day, min(_seq) AS row FROM {grain_subsidy}
  WHERE coalesce(status, '发放成功') <> '退票' GROUP BY ALL),
held AS (
  SELECT y.household, y.for_year,
    greatest(sum(p.area) FILTER (p.registered_on <= CAST(y.for_year || '-01-01' AS DATE) AND (p.removed_on IS NULL OR p.removed_on > CAST(y.for_year || '-01-01' AS DATE))),
      sum(p.area) FILTER (p.registered_on <= CAST(y.for_year || '-12-31' AS DATE) AND (p.removed_on IS NULL OR p.removed_on > CAST(y.for_year || '-12-31' AS DATE))), 0) AS area
  FROM (SELECT DISTINCT household, for_year FROM paid) y JOIN {plot} p ON p.household = y.household GROUP BY ALL),
heads AS (SELECT DISTINCT c.number AS cooperative, g.household, g.for_year FROM {cooperative} c JOIN {grain_subsidy} g ON g.payee_id = c.legal_person_id),
rented AS (
  SELECT household, for_year, sum(area) AS area FROM (
    SELECT household, for_year, plot, max(area) AS area FROM (
      SELECT c.household, c.for_year, c.plot, c.area FROM {crop_planting} c JOIN {plot} p ON p.number = c.plot
      WHERE c.planter_kind = '农户' AND c.household <> p.household
      UNION ALL
      SELECT h.household, h.for_year, t.plot, t.area FROM heads h JOIN {land_transfer} t USING (cooperative)
      WHERE t.household <> h.household AND year(t.starts_on) <= CAST(h.for_year AS INTEGER)
        AND (t.ended_on IS NULL OR year(t.ended_on) >= CAST(h.for_year AS INTEGER))) GROUP BY ALL) GROUP BY ALL),
allowed AS (
  SELECT s.*, coalesce(h.area, u.contracted_area, 0) + CASE WHEN contains(s.programme, '稻谷') THEN coalesce(r.area, 0) ELSE 0 END AS allowed
  FROM paid s LEFT JOIN held h USING (household, for_year) LEFT JOIN {household} u ON u.number = s.household LEFT JOIN rented r USING (household, for_year))
SELECT household AS subject, programme, left(CAST(on_day AS VARCHAR), 7) AS month, amount, row AS "left" FROM allowed
WHERE for_year >= '2016' AND area > allowed + greatest(0.1, allowed * 0.02)

-- rule: plots_sum_ne_household
WITH plots AS (
  SELECT household, sum(area) AS area FROM {plot} WHERE registered_on <= DATE '2020-12-31' AND (removed_on IS NULL OR removed_on > DATE '2020-12-31') GROUP BY 1),
paid AS (
  SELECT household, for_year, programme, sum(area) AS area, sum(amount) AS amount, min(paid_on) AS on_day, left(min(_division), 12) AS village, min(_seq) AS row
  FROM {grain_subsidy} WHERE coalesce(status, '发放成功') <> '退票' GROUP BY ALL),
declared AS (
  SELECT household, for_year, left(_division, 12) AS village, verified_area FROM {subsidy_declaration}
  WHERE verified_area > 0 AND coalesce(objection, '无异议') <> '有异议待核'),
declared_household AS (SELECT household, for_year, sum(verified_area) AS area FROM declared GROUP BY ALL),
sums AS (
  SELECT h.number AS household, '承包面积' AS programme, '2020-12' AS month, h.contracted_area AS told, coalesce(p.area, 0) AS plots, h._seq AS row
  FROM {household} h LEFT JOIN plots p ON p.household = h.number
  WHERE h.contracted_area IS NOT NULL AND h.established_on <= DATE '2020-12-31' AND (h.closed_on IS NULL OR h.closed_on > DATE '2020-12-31')
  UNION ALL SELECT s.household, s.programme, left(CAST(s.on_day AS VARCHAR), 7), s.area, coalesce(d.area, 0), s.row
  FROM paid s SEMI JOIN declared v USING (village, for_year) LEFT JOIN declared_household d USING (household, for_year))
SELECT household AS subject, programme, month, row AS "left" FROM sums WHERE abs(told - plots) > 0.01 AND told <> round(plots, 1)

-- rule: insurance_dup_object
WITH certificates AS (
  SELECT coalesce(CASE WHEN insured_kind = '合作社' THEN cooperative ELSE household END, insured_id) AS grower, for_year, crop, season,
    coalesce(product, '基本险') AS product, plot, own_premium, insured_on, _seq AS row FROM {crop_insurance}),
repeated AS (
  SELECT min(grower) AS grower, for_year, crop, season, sum(own_premium) AS amount, min(insured_on) AS on_day, min(row) AS row FROM certificates
  WHERE plot IS NOT NULL GROUP BY plot, for_year, crop, season, product HAVING count(*) > 1
  UNION ALL SELECT grower, for_year, crop, season, sum(own_premium), min(insured_on), min(row) FROM certificates
  GROUP BY grower, for_year, crop, season, product HAVING count(*) > 1 AND count(plot) < count(*))
SELECT grower AS subject, crop || season AS programme, left(CAST(min(on_day) AS VARCHAR), 7) AS month, max(amount) AS amount, min(row) AS "left"
FROM repeated GROUP BY grower, crop, season, for_year

-- rule: phone_shared_many
WITH phones AS (
  SELECT phone, household, _seq FROM {resident} WHERE phone IS NOT NULL AND (left_on IS NULL OR left_on > DATE '2020-12-31')
  UNION ALL SELECT phone, number, _seq FROM {household} WHERE phone IS NOT NULL AND (closed_on IS NULL OR closed_on > DATE '2020-12-31')),
many AS (SELECT phone, min(_seq) AS row FROM phones GROUP BY 1 HAVING count(DISTINCT household) > 5)
SELECT phone AS subject, row AS "left" FROM many
WHERE phone NOT IN (SELECT phone FROM {cadre} WHERE phone IS NOT NULL UNION ALL SELECT phone FROM {village_group} WHERE phone IS NOT NULL
  UNION ALL SELECT phone FROM {village_post} WHERE phone IS NOT NULL)

-- rule: bank_card_invalid
WITH cards AS (
  SELECT card, min(_seq) AS row FROM {payment} WHERE card IS NOT NULL GROUP BY 1
  UNION ALL SELECT card, min(_seq) FROM {grain_subsidy} WHERE card IS NOT NULL GROUP BY 1 UNION ALL SELECT card, _seq FROM {household}
  UNION ALL SELECT card, _seq FROM {subsistence_allowance} UNION ALL SELECT card, _seq FROM {destitute_support} UNION ALL SELECT card, _seq FROM {disability_subsidy}
  UNION ALL SELECT card, _seq FROM {relief_payment} UNION ALL SELECT card, _seq FROM {industry_fund_payment} UNION ALL SELECT card, _seq FROM {assisted_household}
  UNION ALL SELECT card, _seq FROM {housing_renovation} UNION ALL SELECT card, _seq FROM {machinery_subsidy} UNION ALL SELECT card, _seq FROM {toilet_renovation}
  UNION ALL SELECT paid_by_card, _seq FROM {crop_insurance} UNION ALL SELECT card, _seq FROM {cadre} UNION ALL SELECT card, _seq FROM {entitlement_agent}
  UNION ALL SELECT card, _seq FROM {forest_compensation} UNION ALL SELECT card, _seq FROM {insurance_claim} UNION ALL SELECT card, _seq FROM {breeding_subsidy}),
once AS (SELECT card, min(row) AS row, TRY_CAST(card AS HUGEINT) AS n FROM cards WHERE card IS NOT NULL GROUP BY 1)
SELECT card AS subject, row AS "left" FROM once
WHERE NOT (length(card) BETWEEN 12 AND 19 AND n IS NOT NULL AND regexp_full_match(card, '[0-9]+') AND (length(card) < 16 OR (
    n % 10 + n // 100 % 10 + n // 10000 % 10 + n // 1000000 % 10 + n // 100000000 % 10 + n // 10000000000 % 10 + n // 1000000000000 % 10
    + n // 100000000000000 % 10 + n // 10000000000000000 % 10 + n // 1000000000000000000 % 10
    + (2 * (n // 10 % 10) - CASE WHEN n // 10 % 10 > 4 THEN 9 ELSE 0 END) + (2 * (n // 1000 % 10) - CASE WHEN n // 1000 % 10 > 4 THEN 9 ELSE 0 END) + (2 * (n // 100000 % 10) - CASE WHEN n // 100000 % 10 > 4 THEN 9 ELSE 0 END)
    + (2 * (n // 10000000 % 10) - CASE WHEN n // 10000000 % 10 > 4 THEN 9 ELSE 0 END) + (2 * (n // 1000000000 % 10) - CASE WHEN n // 1000000000 % 10 > 4 THEN 9 ELSE 0 END)
    + (2 * (n // 100000000000 % 10) - CASE WHEN n // 100000000000 % 10 > 4 THEN 9 ELSE 0 END) + (2 * (n // 10000000000000 % 10) - CASE WHEN n // 10000000000000 % 10 > 4 THEN 9 ELSE 0 END)
    + (2 * (n // 1000000000000000 % 10) - CASE WHEN n // 1000000000000000 % 10 > 4 THEN 9 ELSE 0 END) + (2 * (n // 100000000000000000 % 10) - CASE WHEN n // 100000000000000000 % 10 > 4 THEN 9 ELSE 0 END)) % 10 = 0))
  AND card NOT IN (SELECT card FROM {account_owner})

-- rule: dup_cross_town
WITH everywhere AS (
  SELECT payee_id, programme, for_month, left(_division, 9) AS town, amount, _seq FROM {payment} WHERE coalesce(status, '成功') <> '退回' AND length(_division) >= 9
  UNION ALL SELECT payee_id, programme, for_month, town_code, amount, _seq FROM {payment_elsewhere} WHERE coalesce(status, '成功') <> '退回')
SELECT e.payee_id AS subject, programme, for_month AS month, amount, row AS "left" FROM (
  SELECT payee_id, programme, for_month, sum(amount) AS amount, min(_seq) AS row FROM everywhere GROUP BY ALL HAVING min(town) <> max(town)) e
WHERE NOT EXISTS (SELECT 1 FROM {resident} r WHERE r.id_number = e.payee_id
  AND (left(CAST(r.moved_in_on AS VARCHAR), 7) = e.for_month OR left(CAST(r.moved_out_on AS VARCHAR), 7) = e.for_month))

-- rule: account_name_mismatch
WITH differing AS (
  SELECT payee_id, programme, for_month, household, upper(regexp_replace(payee, '[\s·•．。]', '', 'g')) AS payee,
    upper(regexp_replace(account_name, '[\s·•．。]', '', 'g')) AS owner, amount, _seq AS row FROM {payment}
  WHERE account_name <> payee AND coalesce(status, '成功') <> '退回'),
people AS (SELECT id_number, household, name, coalesce(left(CAST(left_on AS VARCHAR), 7), '9999-12') AS until FROM {resident} r WHERE household IN (SELECT household FROM differing) OR id_number IN (SELECT payee_id FROM differing)),
mates AS (SELECT r.id_number, o.name, coalesce(left(CAST(o.left_on AS VARCHAR), 7), '9999-12') AS until FROM people r JOIN {resident} o USING (household) WHERE r.id_number IN (SELECT payee_id FROM differing)),
allowed AS (
  SELECT person_id AS id_number, agent AS name, left(CAST(since_on AS VARCHAR), 7) AS since, coalesce(left(CAST(until_on - 1 AS VARCHAR), 7), '9999-12') AS until FROM {entitlement_agent}
  UNION ALL SELECT id_number, guardian, '0000-01', '9999-12' FROM {disability_certificate} WHERE guardian IS NOT NULL
  UNION ALL SELECT id_number, alias, '0000-01', '9999-12' FROM {name_alias} UNION ALL SELECT id_number, name, '0000-01', '9999-12' FROM {name_alias})
SELECT payee_id AS subject, programme, for_month AS month, sum(amount) AS amount, min(row) AS "left" FROM differing u
WHERE payee <> owner AND NOT EXISTS (SELECT 1 FROM people f WHERE f.household = u.household AND f.name = u.owner AND f.until >= u.for_month)
  AND NOT EXISTS (SELECT 1 FROM {household} h WHERE h.number = u.household AND h.head = u.owner)
  AND NOT EXISTS (SELECT 1 FROM mates o WHERE o.id_number = u.payee_id AND o.name = u.owner AND o.until >= u.for_month)
  AND NOT EXISTS (SELECT 1 FROM allowed g WHERE g.id_number = u.payee_id AND g.name = u.owner AND g.since <= u.for_month AND g.until >= u.for_month)
  AND NOT (programme = '特困供养金' AND payee_id IN (SELECT id_number FROM {destitute_support} WHERE mode = '集中供养'))
GROUP BY ALL

-- rule: shared_account_strangers
WITH shared AS (
  SELECT card FROM {payment} WHERE card IS NOT NULL AND coalesce(status, '成功') <> '退回' GROUP BY 1 HAVING min(payee_id) <> max(payee_id)),
looked AS (
  SELECT card, payee_id, for_month AS month, min(payee) AS name, min(household) AS household, min(_seq) AS row, sum(amount) AS amount, max(account_name) AS account_name
  FROM {payment} WHERE card IN (SELECT card FROM shared) AND coalesce(status, '成功') <> '退回' GROUP BY ALL),
authority AS (
  SELECT l.card, l.payee_id, l.month, g.agent_id, g.card = l.card OR g.agent = l.account_name AS named FROM looked l JOIN {entitlement_agent} g ON g.person_id = l.payee_id
  WHERE (g.card IS NULL OR g.card = l.card) AND left(CAST(g.since_on AS VARCHAR), 7) <= l.month AND (g.until_on IS NULL OR left(CAST(g.until_on AS VARCHAR), 7) > l.month)),
owners AS (
  SELECT card, owner_id FROM {account_owner} WHERE card IN (SELECT card FROM shared)
  UNION SELECT card, head_id FROM {household} WHERE card IN (SELECT card FROM shared) UNION SELECT card, id_number FROM {cadre} WHERE card IN (SELECT card FROM shared)
  UNION SELECT card, payee_id FROM {payment} WHERE account_name = payee AND card IN (SELECT card FROM shared)
  UNION SELECT card, payee_id FROM looked l WHERE NOT EXISTS (SELECT 1 FROM authority a WHERE a.card = l.card AND a.payee_id = l.payee_id)),
covered AS (
  SELECT card, payee_id, month FROM authority a WHERE coalesce(named, false) OR EXISTS (SELECT 1 FROM owners o WHERE o.card = a.card AND o.owner_id = a.agent_id)
    OR NOT EXISTS (SELECT 1 FROM owners o WHERE o.card = a.card)),
members AS (
  SELECT l.card, l.payee_id, min(coalesce(h.household, l.household)) AS household, min(l.row) AS row, sum(l.amount) AS amount, min(l.month) AS month
  FROM looked l LEFT JOIN {resident} h ON h.id_number = l.payee_id
  WHERE (l.card, l.payee_id, l.month) NOT IN (SELECT (card, payee_id, month) FROM covered)
    AND NOT EXISTS (SELECT 1 FROM {disability_certificate} c WHERE c.id_number = l.payee_id AND c.guardian = l.account_name)
    AND l.payee_id NOT IN (SELECT id_number FROM {destitute_support} WHERE mode = '集中供养') GROUP BY ALL)
SELECT card AS subject, min(month) AS month, sum(amount) AS amount, min(row) AS "left" FROM members GROUP BY 1
HAVING (count(*) > 1 AND count(DISTINCT household) > 1) OR count(*) > 2

-- rule: household_total_outlier
WITH by_programme AS (
  SELECT household, left(for_month, 4) AS year, left(_division, 9) AS town, programme, sum(amount) AS amount, min(_seq) AS row FROM {payment}
  WHERE household IS NOT NULL AND coalesce(status, '成功') <> '退回' GROUP BY ALL),
cycled AS (
  SELECT b.*, CASE WHEN f.cycle = '一次性' THEN '' ELSE b.year END AS peer_year, f.cycle IN ('按月', '一次性') AS by_case
  FROM by_programme b LEFT JOIN {fund_catalogue} f USING (programme)),
peers AS (
  SELECT town, programme, peer_year, quantile_disc(amount, 0.5) AS middle, count(*) AS peers, max(amount, 2) AS two FROM cycled GROUP BY ALL),
deviating AS (
  SELECT c.town, c.programme, c.peer_year, quantile_disc(abs(c.amount - p.middle), 0.5) AS deviation FROM cycled c JOIN peers p USING (town, programme, peer_year) GROUP BY ALL),
limits AS (
  SELECT c.household, c.year, c.town, sum(CASE WHEN p.peers < 5 THEN 0 WHEN c.by_case
    AND 2 * coalesce(CASE WHEN c.amount = p.two[1] THEN p.two[2] ELSE p.two[1] END, 0) > p.middle + 6 * d.deviation
    THEN 2 * coalesce(CASE WHEN c.amount = p.two[1] THEN p.two[2] ELSE p.two[1] END, 0) ELSE p.middle + 6 * d.deviation END) AS allowed
  FROM cycled c JOIN peers p USING (town, programme, peer_year) JOIN deviating d USING (town, programme, peer_year) GROUP BY ALL),
totals AS (SELECT household, year, town, sum(amount) AS amount, min(row) AS row FROM by_programme GROUP BY ALL),
middles AS (SELECT town, year, quantile_disc(amount, 0.5) AS middle FROM totals GROUP BY ALL),
spreads AS (SELECT t.town, t.year, m.middle, quantile_disc(abs(t.amount - m.middle), 0.5) AS deviation FROM totals t JOIN middles m USING (town, year) GROUP BY ALL)
SELECT t.household AS subject, t.year || '-12' AS month, t.amount, t.row AS "left" FROM totals t JOIN spreads s USING (town, year) JOIN limits l USING (household, year, town)
WHERE t.amount > s.middle + 6 * s.deviation AND t.amount > l.allowed

-- rule: machine_serial_dup
WITH numbers AS (
  SELECT upper(regexp_replace(serial, '\s', '', 'g')) AS serial, upper(regexp_replace(engine_number, '\s', '', 'g')) AS engine, application, class, subsidy, paid_on, _seq AS row
  FROM {machinery_subsidy})
SELECT serial AS subject, min(class) AS programme, left(CAST(min(paid_on) AS VARCHAR), 7) AS month, sum(subsidy) AS amount, min(row) AS "left"
FROM numbers WHERE serial NOT IN ('', '无', '/', '-', '0') GROUP BY serial HAVING count(*) > 1
UNION ALL
SELECT engine, min(class), left(CAST(min(paid_on) AS VARCHAR), 7), sum(subsidy), min(row) FROM numbers WHERE engine NOT IN ('', '无', '/', '-', '0', '不适用', '无发动机')
GROUP BY engine HAVING count(*) > 1 AND count(DISTINCT CASE WHEN coalesce(serial, '') IN ('', '无', '/', '-', '0') THEN application ELSE serial END) > 1

-- rule: correction_pension_adjusted
SELECT a.id_number AS subject, a.scheme AS programme, left(CAST(a.adjusted_on AS VARCHAR), 7) AS month, a.after - a.before AS amount, a._seq AS "left"
FROM {pension_adjustment} a JOIN {custody_record} c USING (id_number)
WHERE c.kind = '社区矫正' AND coalesce(c.outcome, '执行中') <> '无罪或撤案' AND a.after > a.before
  AND a.adjusted_on >= greatest(c.registered_on, c.from_on) AND (c.to_on IS NULL OR a.adjusted_on < c.to_on)

-- rule: dual_pension
WITH pensions AS (
  SELECT id_number, scheme = '城乡居民养老保险' AS residents, for_month, amount, _seq FROM {pension_payment}
  WHERE coalesce(status, '成功') <> '退回' AND coalesce(kind, '正常') <> '转移清算'
  UNION ALL SELECT payee_id, true, for_month, sum(amount), min(_seq) FROM {payment}
  WHERE coalesce(status, '成功') <> '退回' AND (contains(programme, '居民养老') OR contains(programme, '居民基本养老')) GROUP BY payee_id, programme, for_month)
SELECT id_number AS subject, '养老待遇' AS programme, for_month AS month, sum(amount) AS amount, min(_seq) AS "left" FROM pensions
GROUP BY id_number, for_month HAVING count(DISTINCT residents) > 1

-- rule: id_sex_mismatch
SELECT id_number AS subject, min(_seq) AS "left" FROM (
  SELECT id_number, sex, _seq FROM {resident} UNION ALL SELECT id_number, sex, _seq FROM {cadre})
WHERE length(id_number) = 18 AND sex <> CASE WHEN substr(id_number, 17, 1) IN ('1', '3', '5', '7', '9') THEN '男' ELSE '女' END
  AND id_number NOT IN (SELECT id_number FROM {id_confirmation} WHERE point IN ('性别', '证件号码')) GROUP BY 1

-- rule: id_birth_mismatch
SELECT id_number AS subject, _seq AS "left" FROM {resident}
WHERE born_on <> TRY_CAST(substr(id_number, 7, 4) || '-' || substr(id_number, 11, 2) || '-' || substr(id_number, 13, 2) AS DATE)
  AND id_number NOT IN (SELECT id_number FROM {id_confirmation} WHERE point IN ('出生日期', '证件号码'))

-- rule: loan_overdue
SELECT borrower_id AS subject, left(CAST(due AS VARCHAR), 7) AS month, sum(amount - coalesce(repaid, 0)) AS amount, min(_seq) AS "left" FROM (
  SELECT *, greatest(due_on, extended_to) AS due FROM {micro_loan} WHERE (repaid_on IS NULL OR repaid_on > DATE '2020-12-31') AND amount > coalesce(repaid, 0))
WHERE due < DATE '2020-12-31' GROUP BY ALL

-- rule: deceased_still_enrolled
WITH died AS (SELECT id_number, min(died_on) AS died_on FROM (
  SELECT id_number, died_on FROM {death_record} UNION ALL SELECT id_number, died_on FROM {resident} WHERE died_on IS NOT NULL) GROUP BY 1 HAVING min(died_on) < DATE '2020-12-01'),
running AS (
  SELECT '低保金' AS programme, id_number, _seq FROM {subsistence_allowance} WHERE left_on IS NULL
  UNION ALL SELECT '特困供养金', id_number, _seq FROM {destitute_support} WHERE left_on IS NULL
  UNION ALL SELECT programme, id_number, _seq FROM {disability_subsidy} WHERE stopped_on IS NULL
  UNION ALL SELECT programme, id_number, _seq FROM {benefit_enrolment} WHERE left_on IS NULL
  UNION ALL SELECT scheme, id_number, _seq FROM {medical_insurance} WHERE covered_to IS NULL
  UNION ALL SELECT scheme, id_number, _seq FROM {insured_elsewhere} WHERE covered_to IS NULL)
SELECT r.id_number AS subject, r.programme, left(CAST(d.died_on AS VARCHAR), 7) AS month, min(r._seq) AS "left" FROM running r JOIN died d USING (id_number)
GROUP BY r.id_number, r.programme, d.died_on

-- rule: planting_gt_land
WITH crops AS (SELECT household, for_year, season, plot, area, crop, plot_area, surveyed_on, left(_division, 12) AS village, _seq AS row FROM {crop_planting}),
seasons AS (SELECT DISTINCT household, for_year, season FROM crops WHERE household IS NOT NULL),
standing AS (
  SELECT s.household, s.for_year, s.season, c.plot, sum(c.area) AS area, count(DISTINCT c.crop) AS crops, max(c.plot_area) AS plot_area, min(c.surveyed_on) AS on_day, min(c.row) AS row
  FROM seasons s JOIN crops c ON c.household = s.household AND c.for_year = s.for_year AND (c.season = s.season OR c.season = '全年') GROUP BY ALL),
household_sum AS (
  SELECT s.household, s.for_year, s.season, sum(s.area) AS planted, min(s.on_day) AS on_day, min(s.row) AS row,
    sum(CASE WHEN p.household <> s.household THEN least(p.area, s.area) ELSE coalesce(p.area, s.plot_area, s.area) END * CASE WHEN s.crops > 1 THEN 2 ELSE 1 END) AS sown
  FROM standing s LEFT JOIN {plot} p ON p.number = s.plot GROUP BY ALL HAVING sum(s.area) >
    sum(CASE WHEN p.household <> s.household THEN least(p.area, s.area) ELSE coalesce(p.area, s.plot_area, s.area) END * CASE WHEN s.crops > 1 THEN 2 ELSE 1 END)),
own AS (
  SELECT s.household, s.for_year, s.season, sum(p.area) AS area FROM household_sum s JOIN {plot} p ON p.household = s.household
  WHERE year(p.registered_on) <= CAST(s.for_year AS INTEGER) AND (p.removed_on IS NULL OR year(p.removed_on) >= CAST(s.for_year AS INTEGER))
    AND NOT EXISTS (SELECT 1 FROM {land_transfer} t WHERE t.plot = p.number AND year(t.starts_on) < CAST(s.for_year AS INTEGER)
      AND (t.ended_on IS NULL OR year(t.ended_on) > CAST(s.for_year AS INTEGER)))
    AND NOT EXISTS (SELECT 1 FROM standing g WHERE g.household = s.household AND g.for_year = s.for_year AND g.season = s.season AND g.plot = p.number) GROUP BY ALL),
village_plots AS (
  SELECT v.village, v.for_year, v.season, c.plot, sum(c.area) AS area, count(DISTINCT c.crop) AS crops, max(c.plot_area) AS plot_area, min(c.surveyed_on) AS on_day, min(c.row) AS row
  FROM (SELECT DISTINCT village, for_year, season FROM crops) v JOIN crops c ON c.village = v.village AND c.for_year = v.for_year
    AND (c.season = v.season OR c.season = '全年') GROUP BY ALL),
village_sum AS (
  SELECT v.village, v.for_year, v.season, sum(v.area) AS planted, min(v.on_day) AS on_day, min(v.row) AS row,
    sum(CASE WHEN v.crops > 1 THEN least(v.area, coalesce(p.area, v.plot_area, v.area)) ELSE 0 END) AS mixed
  FROM village_plots v LEFT JOIN {plot} p ON p.number = v.plot GROUP BY ALL),
village_land AS (
  SELECT v.village, v.for_year, v.season, sum(g.farmland) AS area, count(*) AS groups, count(g.farmland) AS told FROM village_sum v
  JOIN {village_group} g ON left(g.village, 12) = v.village WHERE year(g.formed_on) <= CAST(v.for_year AS INTEGER)
    AND (g.dissolved_on IS NULL OR year(g.dissolved_on) >= CAST(v.for_year AS INTEGER)) GROUP BY ALL)
SELECT h.household AS subject, h.season AS programme, left(CAST(h.on_day AS VARCHAR), 7) AS month, h.row AS "left" FROM household_sum h
LEFT JOIN own o USING (household, for_year, season) WHERE h.planted > h.sown + coalesce(o.area, 0)
UNION ALL
SELECT v.village, v.season, left(CAST(v.on_day AS VARCHAR), 7), v.row FROM village_sum v JOIN village_land l USING (village, for_year, season)
WHERE l.told = l.groups AND v.planted - v.mixed > l.area
