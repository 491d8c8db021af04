"""Who there is and what they buy: believable names and figures, all made up."""

from dataclasses import dataclass, field
from typing import Any

from kernel.uscc import check_character, organisation_check_character


def credit_code(kind: str, region: str, serial: int) -> str:
    """Make a valid unified social credit code (GB 32100-2015) for a made-up organisation."""
    eight = f"MA9K{serial:04d}"
    head = f"{kind}{region}{eight}{organisation_check_character(eight)}"
    return head + check_character(head)


@dataclass(frozen=True)
class Body:
    """An organisation of the town."""

    key: str
    name: str
    kind: str
    serial: int
    size: str
    head: str
    address: str
    region: str = "410900"

    @property
    def uscc(self) -> str:
        """Give its code."""
        return credit_code(self.kind, self.region, self.serial)


BODIES = (
    Body("hospital", "清河市第一人民医院", "12", 1001, "none", "高志远", "清河市人民路 88 号"),
    Body("school", "清河市教育局", "11", 1002, "none", "邵敏", "清河市文化路 21 号"),
    Body("archive", "清河市自然资源和规划局", "11", 1003, "none", "谭卫国", "清河市建设路 6 号"),
    Body("agency", "清源招标代理有限公司", "91", 1004, "small", "孟庆东", "清河市滨河大道 160 号"),
    Body("centre", "清河市公共资源交易中心", "12", 1005, "none", "罗建平", "清河市市民中心 3 号楼"),
    Body("finance", "清河市财政局", "11", 1006, "none", "许长青", "清河市中心路 1 号"),
    Body("notary", "清河市公证处", "12", 1007, "none", "尚文博", "清河市法院街 12 号"),
    Body("bank", "清河商业银行营业部", "91", 1011, "medium", "顾行舟", "清河市中心路 12 号"),
    Body("audit", "清河市审计局", "11", 1008, "none", "葛明", "清河市中心路 3 号"),
    Body(
        "capital", "清河市国有资本运营有限公司", "91", 1009, "large", "范立新", "清河市中心路 9 号"
    ),
    Body(
        "exchange", "清河产权交易所有限公司", "91", 1010, "small", "柳青山", "清河市市民中心 5 号楼"
    ),
    Body(
        "personnel",
        "清河市人力资源和社会保障局",
        "11",
        1014,
        "none",
        "任志强",
        "清河市中心路 5 号",
    ),
    Body(
        "exams",
        "清河市人事考试服务中心",
        "12",
        1015,
        "none",
        "金国栋",
        "清河市中心路 7 号",
    ),
    Body(
        "qiming",
        "启明医疗信息技术有限公司",
        "91",
        2001,
        "small",
        "陈启明",
        "省城高新区科创路 18 号",
    ),
    Body(
        "huakang", "华康数字科技股份有限公司", "91", 2002, "large", "赵宏", "省城经开区航海路 99 号"
    ),
    Body("zhonghe", "众和系统集成有限公司", "91", 2003, "medium", "胡国栋", "清河市工业大道 40 号"),
    Body("yunfan", "云帆软件有限责任公司", "91", 2004, "micro", "江帆", "清河市创业园 5 号楼"),
    Body("ruida", "锐达仪器设备有限公司", "91", 2005, "small", "秦锐", "省城金水区农科路 7 号"),
    Body("lvyuan", "绿源净水设备有限公司", "91", 2006, "small", "苏绿", "清河市产业集聚区 11 号"),
    Body("land", "清河市土地储备交易中心", "12", 1014, "none", "严磊", "清河市建设路 8 号"),
    Body("hengyuan", "恒远置业有限公司", "91", 2011, "large", "孟宪达", "清河市新区经三路 1 号"),
    Body("jiahe", "嘉禾房地产开发有限公司", "91", 2012, "medium", "金德胜", "清河市人民路 200 号"),
    Body("xincheng", "新城建设投资有限公司", "91", 2013, "large", "程远", "清河市会展路 3 号"),
    Body(
        "chengtou",
        "清河市城市建设投资有限公司",
        "91",
        1012,
        "large",
        "程远山",
        "清河市建设路 30 号",
    ),
    Body("housing", "清河市住房和城乡建设局", "11", 1013, "none", "石建平", "清河市建设路 2 号"),
    Body(
        "luqiao", "豫东路桥工程有限公司", "91", 2007, "medium", "罗志刚", "省城管城区航海东路 8 号"
    ),
    Body("shizheng", "清河市政建设有限公司", "91", 2008, "medium", "孟祥龙", "清河市滨河大道 2 号"),
    Body(
        "zhongyuan", "中原建工集团有限公司", "91", 2009, "large", "陶国华", "省城金水区东风路 1 号"
    ),
    Body("anju", "安居建筑安装有限公司", "91", 2010, "small", "康伟", "清河市工业大道 77 号"),
)

APPLICANTS = (
    "方晴",
    "石峰",
    "叶子涵",
    "汤文",
    "毛宇",
    "邱雨桐",
    "秦朗",
    "尹航",
    "章可",
    "龙思远",
    "段明",
    "万里",
)
"""Those who apply for the town's posts: k01, k02, and so on."""

PEOPLE = (
    ("lin", "林晓", "purchaser", "hospital"),
    ("shao", "邵文", "purchaser", "school"),
    ("tan", "谭静", "purchaser", "archive"),
    ("du", "杜川", "purchaser", "capital"),
    ("sun", "孙洁", "agency", "agency"),
    ("wei", "魏然", "agency", "exchange"),
    ("qian", "钱勇", "centre_ops", "centre"),
    ("zhou", "周平", "centre_admin", "centre"),
    ("zheng", "郑岩", "centre_inspector", "centre"),
    ("wang", "王敏", "regulator", "finance"),
    ("feng", "冯正", "notary", "notary"),
    ("ye", "叶青", "notary", "notary"),
    ("bank", "银行接口", "bank", "bank"),
    ("tang", "唐宁", "auditor", "audit"),
    ("chen", "陈立", "bidder", "qiming"),
    ("zhao", "赵倩", "bidder", "huakang"),
    ("hu", "胡斌", "bidder", "zhonghe"),
    ("jiang", "江雪", "bidder", "yunfan"),
    ("qin", "秦川", "bidder", "ruida"),
    ("su", "苏禾", "bidder", "lvyuan"),
    ("geng", "耿岩", "agency", "land"),
    ("heng", "衡远", "bidder", "hengyuan"),
    ("jin", "金禾", "bidder", "jiahe"),
    ("xin", "辛程", "bidder", "xincheng"),
    ("ren", "任远", "personnel", "personnel"),
    ("jing", "景宁", "agency", "exams"),
    ("pei", "裴宁", "staff", "hospital"),
    ("cheng", "程立", "purchaser", "chengtou"),
    ("shi", "石磊", "regulator", "housing"),
    ("luo_b", "罗斌", "bidder", "luqiao"),
    ("meng", "孟楠", "bidder", "shizheng"),
    ("tao", "陶然", "bidder", "zhongyuan"),
    ("kang", "康宁", "bidder", "anju"),
    ("he", "何敏", "", ""),
    *((f"k{number:02d}", name, "", "") for number, name in enumerate(APPLICANTS, start=1)),
)
"""User name, name, role and organisation; 何敏 is nobody in particular."""

CAST = {
    "lin": "采购人（清河市第一人民医院），密钥托管人之一",
    "sun": "采购代理机构，主持开标",
    "cheng": "招标人（清河市城市建设投资有限公司）",
    "shi": "行政监督部门（市住房和城乡建设局）",
    "kang": "施工单位（安居建筑安装），另有 luo_b、meng、tao",
    "du": "转让方（清河市国有资本运营有限公司）",
    "wei": "产权交易机构",
    "tan": "土地出让人（市自然资源和规划局）",
    "geng": "土地挂牌承办机构（市土地储备交易中心）",
    "xin": "竞买人（新城建设投资；heng、jin 由演示角色扮演）",
    "qian": "交易中心·执行，密钥托管人之一",
    "zhou": "交易中心·决策",
    "zheng": "交易中心·监督",
    "wang": "行政监督部门（市财政局）",
    "feng": "公证员，密钥托管人之一",
    "ye": "公证员，恢复托管人之一（另有 zhou、wang）",
    "chen": "供应商（启明医疗信息）",
    "zhao": "供应商（华康数字科技）",
    "wu": "评审专家",
    "mei": "社会监督员",
    "tang": "审计",
    "ren": "人事综合管理部门（市人社局）",
    "pei": "市第一人民医院在职人员，可报名竞聘上岗",
    "jing": "招聘服务机构（市人事考试服务中心）",
    "k01": "应聘人员（另有 k02 至 k12）",
    "he": "普通市民",
}

EXPERT_NAMES = (
    ("wu", "吴哲", "市中心医院设备科", "高级工程师"),
    ("luo", "罗敏", "清河职业技术学院", "副教授"),
    ("song", "宋凯", "市信息中心", "高级工程师"),
    ("gao", "高岚", "市妇幼保健院", "主任医师"),
    ("xie", "谢军", "省电子产品质检院", "正高级工程师"),
    ("han", "韩雪", "清河大学计算机学院", "教授"),
    ("deng", "邓伟", "市不动产登记中心", "高级工程师"),
    ("cao", "曹颖", "市第二人民医院", "副主任技师"),
    ("yuan", "袁博", "市大数据管理局", "高级工程师"),
    ("peng", "彭丽", "清河师范学院", "副教授"),
    ("dong", "董平", "市水务设计院", "高级工程师"),
    ("fu", "傅强", "市环境监测站", "正高级工程师"),
    ("shen", "沈洁", "市中医院信息科", "高级工程师"),
    ("lu", "陆明", "市档案馆", "研究馆员"),
    ("jia", "贾宁", "省测绘院", "高级工程师"),
    ("xu", "徐辉", "市教育装备中心", "高级工程师"),
    ("ma", "马超", "清河大学经济学院", "副教授"),
    ("liang", "梁芳", "市会计师事务所", "高级会计师"),
    ("tian", "田野", "市政府采购协会", "高级经济师"),
    ("yu", "于洋", "市疾控中心", "主任技师"),
)
"""User name, name, employer and title of the twenty experts."""

SUPERVISORS = (
    ("mei", "梅芳", "市人大代表，清河市第三中学教师", "audit"),
    ("bai", "白松", "市政协委员，市工商联", "finance"),
    ("kong", "孔祥", "清河日报社记者", "notary"),
    ("ning", "宁静", "市律师协会律师", "audit"),
    ("guo", "郭峰", "退休法官，社区代表", "notary"),
)
"""User name, name, background, and the unit that nominated the supervisor."""


@dataclass(frozen=True)
class Purchase:
    """One tender of the town: what is bought, how far it has come, who bids at which price."""

    title: str
    category: str
    purchaser: str
    state: str
    summary: str
    lots: tuple[tuple[str, str, str, str], ...]
    """Title, quantity, budget and ceiling of each lot."""
    prices: tuple[dict[str, str], ...] = ()
    """For each lot, the price of each bidder."""
    stages: str = "whole"
    days: int = 0
    """How many days from now the deadline lies (negative: passed)."""
    more: dict[str, Any] = field(default_factory=dict)
    deposit: str = "0"
    """The deposit asked for all lots together."""
    method: str = "open_tender"
    grounds: dict[str, str] = field(default_factory=dict)
    """Why it is not put out to open tender; in which case it is approved."""
    pool: tuple[str, ...] = ()
    """Whom a purchase by invitation draws from; half of them are drawn."""
    framework: dict[str, Any] = field(default_factory=dict)
    """What a framework says of its agreements."""
    unit: str = "项"
    recovers: bool = False
    """Whether it names a recovery set; the first bidder of each lot seals its share to it too."""


BY_SOURCE = {"ground": "", "reason": ""}
"""Of a single source the supplier's own section says why."""

PURCHASES = (
    Purchase(
        "医学影像存储与智能阅片系统采购项目",
        "goods",
        "lin",
        "live",
        "建设全院医学影像存储与传输平台，配置智能辅助阅片软件，替换现有单机存储，"
        "实现门诊、住院、体检影像统一调阅与长期保存。",
        (
            ("影像存储与传输平台", "1 套", "3300000.00", "3200000.00"),
            ("智能辅助阅片软件", "1 套", "1000000.00", "980000.00"),
        ),
        (
            {"chen": "2980000", "zhao": "3126000", "hu": "3050000", "jiang": "2868000"},
            {"chen": "906000", "zhao": "955000", "jiang": "888000"},
        ),
        recovers=True,
        deposit="43000.00",
    ),
    Purchase(
        "中小学校园直饮水设备采购项目",
        "goods",
        "shao",
        "announced",
        "为全市二十三所中小学采购直饮水设备并负责安装、检测和三年维护。",
        (("校园直饮水设备", "186 台", "2600000.00", "2580000.00"),),
        days=5,
        recovers=True,
        deposit="26000.00",
    ),
    Purchase(
        "智慧停车诱导系统运行维护服务项目",
        "services",
        "tan",
        "announced",
        "中心城区四十二处公共停车场诱导屏、道闸与平台的运行维护，服务期两年。",
        (("停车诱导系统运行维护", "2 年", "1450000.00", "1400000.00"),),
        days=12,
    ),
    Purchase(
        "不动产登记历史档案数字化加工服务项目",
        "services",
        "tan",
        "announced",
        "对一九八八年至二〇〇八年不动产登记纸质档案进行扫描、著录、挂接与质检，约六百二十万页。",
        (("历史档案数字化加工", "620 万页", "3720000.00", "3600000.00"),),
        stages="two",
        days=17,
    ),
    Purchase(
        "疾控中心冷链监测终端采购项目",
        "goods",
        "lin",
        "announced",
        "采购疫苗冷链温湿度监测终端，规格标准统一、现货货源充足。",
        (("冷链监测终端", "260 台", "390000.00", "380000.00"),),
        stages="whole",
        days=6,
        method="inquiry",
        grounds={
            "ground": "standard",
            "reason": "监测终端为通用产品，规格、标准统一，市场现货充足，近一年价格平稳。",
        },
    ),
    Purchase(
        "智慧急救协同平台服务项目",
        "services",
        "lin",
        "talking",
        "院前急救、急诊、专科协同的信息平台建设与三年运维，技术方案需与供应商磋商后确定。",
        (("急救协同平台", "3 年", "2100000.00", "2050000.00"),),
        ({"chen": "1960000", "zhao": "1985000", "hu": "1930000", "jiang": "1905000"},),
        stages="last",
        days=-1,
        method="consultation",
        grounds={
            "ground": "complex",
            "reason": "院前与院内系统的对接方案不能事先确定，须与供应商磋商后明确。",
            "solutions": "三方对接和数据流转有多种技术路线，须由供应商提供最终方案。",
        },
        deposit="21000.00",
    ),
    Purchase(
        "城建档案智能检索服务项目",
        "services",
        "tan",
        "published",
        "馆藏城建档案的智能检索、关联展示与两年运维，服务内容复杂，采用竞争性磋商。",
        (("档案智能检索", "2 年", "1180000.00", "1150000.00"),),
        ({"zhao": "1096000", "hu": "1072000", "jiang": "1058000"},),
        stages="last",
        days=-8,
        method="consultation",
        grounds={
            "ground": "complex",
            "reason": "馆藏档案的载体和质量不一，检索和关联的要求须与供应商磋商后明确。",
        },
    ),
    Purchase(
        "院内系统互联互通升级服务项目",
        "services",
        "lin",
        "publicised",
        "检验、影像、病历三套在用系统的互联互通升级和两年运维，沿用原系统接口协议。",
        (("系统互联互通升级", "2 年", "2360000.00", "2360000.00"),),
        stages="last",
        days=24,
        method="single_source",
        grounds=BY_SOURCE,
    ),
    Purchase(
        "门诊楼中央空调节能改造设备采购项目",
        "goods",
        "lin",
        "draft",
        "更换门诊楼两台螺杆式冷水机组及水泵、冷却塔，改造自动控制系统。",
        (("冷水机组及附属设备", "1 批", "4200000.00", "4100000.00"),),
    ),
    Purchase(
        "中小学书法教室教学设备采购项目",
        "goods",
        "shao",
        "review",
        "为十五所小学建设数字书法教室，含临摹桌、教学系统与培训。",
        (("数字书法教室设备", "15 间", "1350000.00", "1320000.00"),),
        days=24,
    ),
    Purchase(
        "检验科全自动生化分析流水线采购项目",
        "goods",
        "lin",
        "approved",
        "采购全自动生化免疫分析流水线一条，含样本前处理与后处理模块。",
        (("生化免疫分析流水线", "1 套", "5600000.00", "5500000.00"),),
        days=25,
    ),
    Purchase(
        "医院信息系统等级保护测评与安全服务项目",
        "services",
        "lin",
        "technical",
        "五个三级系统的等级保护测评、渗透测试与全年安全值守。",
        (("等级保护测评与安全服务", "1 年", "860000.00", "850000.00"),),
        ({"chen": "798000", "zhao": "826000", "hu": "779000"},),
        days=-1,
        recovers=True,
    ),
    Purchase(
        "教育云平台资源扩容服务项目",
        "services",
        "shao",
        "evaluated",
        "教育城域网云平台计算、存储与带宽资源扩容及两年运维。",
        (("云平台资源扩容", "2 年", "2400000.00", "2350000.00"),),
        ({"zhao": "2186000", "hu": "2250000", "jiang": "2098000", "chen": "2310000"},),
        days=-4,
        deposit="24000.00",
    ),
    Purchase(
        "手术室数字化一体化系统采购项目",
        "goods",
        "lin",
        "challenged",
        "六间手术室的术野摄像、设备集成控制、示教与存储系统。",
        (("手术室数字化系统", "6 间", "2980000.00", "2900000.00"),),
        ({"chen": "2688000", "zhao": "2790000", "qin": "2715000"},),
        days=-10,
        deposit="29800.00",
    ),
    Purchase(
        "乡镇卫生院便携式彩色超声仪采购项目",
        "goods",
        "lin",
        "complained",
        "为十一所乡镇卫生院采购便携式彩色多普勒超声诊断仪。",
        (("便携式彩色超声仪", "11 台", "1980000.00", "1950000.00"),),
        ({"qin": "1738000", "chen": "1826000", "zhao": "1888000", "hu": "1795000"},),
        days=-9,
        deposit="19800.00",
    ),
    Purchase(
        "教师研修管理平台建设项目",
        "services",
        "shao",
        "contracted",
        "建设教师研修、学分认定与培训资源管理平台，含三年运维。",
        (("教师研修管理平台", "1 套", "1260000.00", "1200000.00"),),
        ({"jiang": "1068000", "chen": "1128000", "hu": "1150000"},),
        days=-35,
        deposit="12600.00",
    ),
    Purchase(
        "病房护理呼叫系统更新采购项目",
        "goods",
        "lin",
        "archived",
        "住院部三百二十张床位护理呼叫系统整体更新。",
        (("护理呼叫系统", "320 床位", "760000.00", "750000.00"),),
        ({"chen": "668000", "hu": "692000", "zhao": "715000", "jiang": "655000"},),
        days=-60,
        deposit="7600.00",
    ),
    Purchase(
        "校园空气质量监测设备采购项目",
        "goods",
        "shao",
        "failed",
        "为三十所学校配备室内空气质量在线监测终端与数据平台。",
        (("空气质量监测终端", "420 台", "680000.00", "660000.00"),),
        ({"su": "612000", "qin": "633000"},),
        days=-20,
        deposit="6800.00",
    ),
    Purchase(
        "自然资源一张图数据更新服务项目",
        "services",
        "tan",
        "terminated",
        "年度国土变更调查成果与规划数据更新入库。",
        (("数据更新服务", "1 年", "980000.00", "950000.00"),),
        days=8,
    ),
    Purchase(
        "城市运行中心涉密机房集成服务项目",
        "services",
        "tan",
        "draft",
        "涉密机房屏蔽改造、设备集成与两年运维，供应商须具有涉密信息系统集成资质。",
        (("涉密机房集成", "1 项", "1680000.00", "1650000.00"),),
        method="invited_tender",
        grounds={
            "ground": "special",
            "reason": "涉及国家秘密，只能从具有涉密信息系统集成资质的供应商处采购。",
            "drawn_from": "library",
        },
        pool=("chen", "zhao", "hu", "jiang", "luo_b", "tao"),
    ),
    Purchase(
        "院内物业保洁框架协议采购项目",
        "services",
        "lin",
        "contracted",
        "本院及分院公共区域保洁服务，按月计价，由采购人在协议有效期内按季度采购。",
        (("公共区域保洁", "约 24 个月", "1440000.00", "60000.00"),),
        ({"chen": "54800", "zhao": "55600", "hu": "56900", "jiang": "58800"},),
        days=-24,
        method="framework",
        framework={"way": "rotation", "months": 24, "elimination": "20"},
        unit="月",
    ),
    Purchase(
        "办公计算机框架协议采购项目",
        "goods",
        "lin",
        "contracted",
        "台式计算机，国产处理器和操作系统，含安装、数据迁移和三年上门服务，按实际需要分次采购。",
        (("台式计算机", "约 400 台", "2000000.00", "5000.00"),),
        ({"chen": "4600", "zhao": "4700", "hu": "4850"},),
        days=-40,
        method="framework",
        framework={"way": "competition", "months": 12, "elimination": "20"},
        unit="台",
    ),
)
